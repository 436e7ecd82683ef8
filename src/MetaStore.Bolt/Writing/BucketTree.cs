using System.Buffers.Binary;
using System.Text;

namespace MetaStore.Bolt.Writing;

/// <summary>The tree of one bucket, from entries that come in order: a page is written when it is full, and named in the level above.</summary>
internal sealed class BucketTree(PageSink pages)
{
    private readonly PageBuffer _leaf = new(PageKind.Leaf, pages.PageBytes);
    private readonly List<PageBuffer> _branches = [];
    private byte[] _lastKey = [];

    /// <summary>Adds an entry.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Add(key, value, flags: 0);

    /// <summary>Adds a bucket whose pages are written.</summary>
    public void AddBucket(string name, ulong root)
    {
        Span<byte> value = stackalloc byte[BoltFormat.BucketBytes];
        value.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(value, root);
        Add(Encoding.ASCII.GetBytes(name), value, BoltFormat.BucketFlag);
    }

    /// <summary>Writes the pages that are not full.</summary>
    /// <returns>The first page of the tree.</returns>
    public ulong Complete()
    {
        if (_branches.Count == 0)
        {
            return _leaf.Flush(pages);
        }

        FlushLeaf();
        for (var level = 0; ; level++)
        {
            if (level + 1 == _branches.Count)
            {
                return _branches[level].Flush(pages);
            }

            FlushBranch(level);
        }
    }

    private void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint flags)
    {
        if (key.Length is 0 or > BoltFormat.KeyBytesMax)
        {
            throw new ArgumentException($"a key of {key.Length} bytes cannot be in a bbolt file", nameof(key));
        }

        if (!_leaf.Fits(key.Length, value.Length))
        {
            _lastKey = _leaf.LastKey.ToArray();
            FlushLeaf();
        }

        if (key.SequenceCompareTo(_leaf.Count > 0 ? _leaf.LastKey : _lastKey) <= 0)
        {
            throw new ArgumentException("keys come in ascending order", nameof(key));
        }

        _leaf.Add(key, value, flags);
    }

    private void FlushLeaf()
    {
        var first = _leaf.FirstKey.ToArray();
        AddChild(0, first, _leaf.Flush(pages));
    }

    /// <summary>Adds a page to a branch. A full branch keeps its last element for the next one, so that none has a single child, as in bbolt.</summary>
    private void AddChild(int level, byte[] key, ulong child)
    {
        if (level == _branches.Count)
        {
            _branches.Add(new PageBuffer(PageKind.Branch, pages.PageBytes));
        }

        var branch = _branches[level];
        if (branch.Count > 2 && !branch.Fits(key.Length, 0))
        {
            var (lastKey, lastChild) = branch.TakeLast();
            FlushBranch(level);
            branch.Add(lastKey, default, lastChild);
        }

        branch.Add(key, default, child);
    }

    private void FlushBranch(int level)
    {
        var branch = _branches[level];
        var first = branch.FirstKey.ToArray();
        AddChild(level + 1, first, branch.Flush(pages));
    }
}
