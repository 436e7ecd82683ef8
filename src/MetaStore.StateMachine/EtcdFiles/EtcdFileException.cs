namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>A bbolt file does not hold etcd's data, or data that etcd would not have written. The message says in which bucket, at which key, and why.</summary>
public sealed class EtcdFileException : Exception
{
    internal EtcdFileException(string bucket, ReadOnlySpan<byte> key, string reason)
        : base($"bucket {bucket}, key {Convert.ToHexStringLower(key[..Math.Min(key.Length, 64)])}: {reason}")
    {
    }

    internal EtcdFileException(string reason)
        : base(reason)
    {
    }
}
