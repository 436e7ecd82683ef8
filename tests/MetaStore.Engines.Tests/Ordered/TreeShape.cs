using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Tests.Ordered;

/// <summary>Reads internals of the map: the number of leaves.</summary>
internal static class TreeShape
{
    internal static int Leaves<TValue>(OrderedMap<TValue> map) => Leaves(map.Working.Root);

    private static int Leaves(Node? node)
    {
        if (node is not InnerNode inner)
        {
            return 1;
        }

        var sum = 0;
        for (var i = 0; i < inner.ChildCount; i++)
        {
            sum += Leaves(inner.ChildAt(i));
        }

        return sum;
    }
}
