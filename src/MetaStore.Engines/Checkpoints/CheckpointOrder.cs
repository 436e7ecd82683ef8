namespace MetaStore.Engines.Checkpoints;

/// <summary>Keeps the last (bucket, key) and checks that the next one is above it.</summary>
internal sealed class CheckpointOrder
{
    private Bucket _bucket;
    private byte[] _key = new byte[64];
    private int _length = -1;

    internal bool Follows(Bucket bucket, ReadOnlySpan<byte> key)
    {
        var follows = _length < 0 || bucket > _bucket || (bucket == _bucket && key.SequenceCompareTo(_key.AsSpan(0, _length)) > 0);
        if (_key.Length < key.Length)
        {
            _key = new byte[key.Length * 2];
        }

        key.CopyTo(_key);
        (_bucket, _length) = (bucket, key.Length);
        return follows;
    }
}
