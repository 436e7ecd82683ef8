using MetaStore.Bolt.Writing;

namespace MetaStore.Bolt;

/// <summary>Receives the entries of one bucket that is being written.</summary>
public sealed class BoltEntries
{
    private readonly BucketTree _tree;

    internal BoltEntries(BucketTree tree) => _tree = tree;

    /// <summary>Adds an entry.</summary>
    /// <param name="key">1 to 32,768 bytes, higher than the one before.</param>
    /// <param name="value">May be empty.</param>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => _tree.Add(key, value);
}
