namespace MetaStore.Client;

/// <summary>A candidate that does not lead (any more) spoke as a leader.</summary>
public sealed class NotLeaderException : Exception
{
    /// <summary>Makes one; the text is etcd's.</summary>
    public NotLeaderException()
        : base("election: not leader")
    {
    }
}
