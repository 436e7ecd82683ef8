namespace MetaStore.Engines.Tests.Ordered;

/// <summary>The required key order: unsigned bytes, a prefix before its extensions.</summary>
internal sealed class BytewiseComparer : IComparer<byte[]>
{
    internal static readonly BytewiseComparer Instance = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
