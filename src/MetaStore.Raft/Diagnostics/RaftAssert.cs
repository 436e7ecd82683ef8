using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace MetaStore.Raft.Diagnostics;

/// <summary>Invariant checks. Compiled into every build: a broken invariant must stop the node before it spreads.</summary>
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

    /// <summary>Checks <paramref name="low"/> &lt;= <paramref name="high"/>; formats the message only on failure.</summary>
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
