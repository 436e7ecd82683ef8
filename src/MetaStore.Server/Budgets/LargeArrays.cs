using System.Buffers;

namespace MetaStore.Server.Budgets;

/// <summary>Array pool for whole messages that clients send or receive.</summary>
/// <remarks>
/// The shared pool of .NET keeps an array of each size per thread and 32 more per core, and frees them minutes after their last use: hundreds
/// of megabytes after a burst of large messages. This pool keeps <see cref="KeptPerSize"/> arrays of each power of two, 128 MiB when all sizes
/// were in use; surplus arrays become garbage.
/// </remarks>
internal static class LargeArrays
{
    /// <summary>Arrays kept per size.</summary>
    internal const int KeptPerSize = 4;

    private const int LargestKept = 16 << 20;

    /// <summary>The pool. Thread-safe; an array is returned once, by the code that rented it.</summary>
    public static ArrayPool<byte> Pool { get; } = ArrayPool<byte>.Create(LargestKept, KeptPerSize);
}
