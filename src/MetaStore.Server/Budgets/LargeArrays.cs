using System.Buffers;

namespace MetaStore.Server.Budgets;

/// <summary>Arrays for whole messages that clients send or receive.</summary>
/// <remarks>
/// The shared pool of .NET keeps an array of each size per thread and 32 more per core, and frees them minutes after the last use: hundreds
/// of megabytes after a burst of large messages. This one keeps <see cref="KeptPerSize"/> of each power of two, 128 MiB when all sizes were
/// in use; what does not fit is garbage.
/// </remarks>
internal static class LargeArrays
{
    /// <summary>Arrays of one size that are kept.</summary>
    internal const int KeptPerSize = 4;

    private const int LargestKept = 16 << 20;

    /// <summary>The pool. Thread-safe; an array is returned once, by the code that rented it.</summary>
    public static ArrayPool<byte> Pool { get; } = ArrayPool<byte>.Create(LargestKept, KeptPerSize);
}
