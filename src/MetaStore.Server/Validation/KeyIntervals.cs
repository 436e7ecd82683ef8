using Google.Protobuf;

namespace MetaStore.Server.Validation;

/// <summary>A set of half-open key ranges that finds whether it contains a key in O(log n).</summary>
/// <remarks>Ranges are kept merged, so at most one can contain a key. Compared bytewise, unsigned.</remarks>
internal sealed class KeyIntervals
{
    private readonly SortedList _ranges = new();

    /// <summary>Adds [key, end), or the single key when <paramref name="end"/> is empty. An empty or inverted range adds nothing.</summary>
    public void Add(ByteString key, ByteString end)
    {
        ReadOnlyMemory<byte> from = key.Memory;
        ReadOnlyMemory<byte> to = end.IsEmpty ? Successor(key) : end.Memory;
        if (from.Span.SequenceCompareTo(to.Span) < 0)
        {
            _ranges.Merge(from, to);
        }
    }

    /// <summary>Adds every range of another set.</summary>
    public void AddAll(KeyIntervals other)
    {
        foreach (Range range in other._ranges)
        {
            _ranges.Merge(range.From, range.To);
        }
    }

    /// <summary>True when a range contains the key.</summary>
    public bool Contains(ByteString key) => _ranges.Count > 0 && _ranges.Covers(key.Memory);

    private static byte[] Successor(ByteString key)
    {
        byte[] next = new byte[key.Length + 1];
        key.CopyTo(next, 0);
        return next;
    }

    private readonly record struct Range(ReadOnlyMemory<byte> From, ReadOnlyMemory<byte> To);

    private sealed class ByFrom : IComparer<Range>
    {
        public static readonly ByFrom Instance = new();

        public int Compare(Range x, Range y) => x.From.Span.SequenceCompareTo(y.From.Span);
    }

    /// <summary>Disjoint ranges ordered by their start.</summary>
    private sealed class SortedList() : SortedSet<Range>(ByFrom.Instance)
    {
        private static readonly Range Lowest = new(ReadOnlyMemory<byte>.Empty, default);

        public bool Covers(ReadOnlyMemory<byte> key) => TryFloor(key, out Range range) && key.Span.SequenceCompareTo(range.To.Span) < 0;

        public void Merge(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to)
        {
            // Remove every range that starts at or before the end and reaches the start: the new range replaces them all.
            while (TryFloor(to, out Range last) && last.To.Span.SequenceCompareTo(from.Span) >= 0)
            {
                Remove(last);
                from = last.From.Span.SequenceCompareTo(from.Span) < 0 ? last.From : from;
                to = last.To.Span.SequenceCompareTo(to.Span) > 0 ? last.To : to;
            }

            Add(new Range(from, to));
        }

        private bool TryFloor(ReadOnlyMemory<byte> key, out Range range)
        {
            // Max of an empty view is the default range, whose end no real range has; Count would walk the whole view.
            range = GetViewBetween(Lowest, new Range(key, default)).Max;
            return !range.To.IsEmpty;
        }
    }
}
