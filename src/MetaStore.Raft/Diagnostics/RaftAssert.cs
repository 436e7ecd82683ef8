using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace MetaStore.Raft.Diagnostics;

/// <summary>Checks of what must always hold. Compiled into every build: a broken invariant must stop the node, not spread.</summary>
internal static class RaftAssert
{
    /// <summary>Throws <see cref="RaftInvariantException"/> when <paramref name="condition"/> is false.</summary>
    [StackTraceHidden]
    public static void That([DoesNotReturnIf(false)] bool condition, string invariant)
    {
        if (!condition)
        {
            Fail(invariant);
        }
    }

    /// <summary>Compares without building a text first: <paramref name="low"/> must not pass <paramref name="high"/>.</summary>
    [StackTraceHidden]
    public static void Ordered(ulong low, ulong high, string invariant)
    {
        if (low > high)
        {
            Fail($"{invariant} ({low} > {high})");
        }
    }

    [DoesNotReturn]
    [StackTraceHidden]
    private static void Fail(string invariant) => throw new RaftInvariantException(invariant);
}
