using System.Runtime.CompilerServices;

namespace MetaStore.Engines.Ordered;

/// <summary>Fixed arrays inside a node, so that a node is one object and one block copy.</summary>
internal static class NodeSlots
{
    /// <summary>
    /// Keys per node. Measured with 1M random 20-byte keys: 64 finds a key as fast, but a touched node is copied once per publish, and it
    /// copies half as much again (2.8 KB against 1.9 KB per random write at 256 writes a publish); 16 copies a quarter less and searches
    /// a third slower. A leaf's live marks must fit one 64-bit word.
    /// </summary>
    internal const int Capacity = 32;

    /// <summary>An inner node has one child more than it has separators.</summary>
    internal const int ChildCapacity = Capacity + 1;

    /// <summary>Below this a node tries to join a neighbour. A quarter, so that deletes and inserts at one place do not thrash.</summary>
    internal const int JoinBelow = Capacity / 4;

    /// <summary>Two neighbours join only when this many fit; the slack keeps the next insert from splitting them again.</summary>
    internal const int JoinAtMost = Capacity * 3 / 4;
}

[InlineArray(NodeSlots.Capacity)]
internal struct KeySlots
{
    private byte[]? _first;
}

[InlineArray(NodeSlots.Capacity)]
internal struct HeadSlots
{
    private ulong _first;
}

[InlineArray(NodeSlots.Capacity)]
internal struct ValueSlots<TValue>
{
    private TValue _first;
}

[InlineArray(NodeSlots.ChildCapacity)]
internal struct ChildSlots
{
    private Node? _first;
}

[InlineArray(NodeSlots.ChildCapacity)]
internal struct WeightSlots
{
    private int _first;
}
