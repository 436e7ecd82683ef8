using System.Security.Cryptography;
using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal;

/// <summary>Options of the log.</summary>
public sealed record WalOptions
{
    /// <summary>Folder of the segments, absolute. Created when missing; no other program may use it.</summary>
    public required string Directory { get; init; }

    /// <summary>Cluster the log belongs to; a segment of another one is refused.</summary>
    public required ulong ClusterId { get; init; }

    /// <summary>Node the log belongs to; a segment of another one is refused.</summary>
    public required ulong NodeId { get; init; }

    /// <summary>Size of a segment in bytes, a multiple of 4096 from 16 KiB to 512 MiB. Default 64 MiB.</summary>
    public long SegmentBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Size of the very first segment, in bytes. Default 4 MiB: the start waits for it, and zero-filling and syncing
    /// 64 MiB was measured at 50 to 90 ms against 5 ms. Never larger than <see cref="SegmentBytes"/>.
    /// </summary>
    public long FirstSegmentBytes { get; init; } = 4 << 20;

    /// <summary>
    /// Segments that are kept for later ones when the log no longer needs them, instead of being deleted; only those of
    /// <see cref="SegmentBytes"/>. Default 4: what one snapshot sets free, usually. 0 keeps none.
    /// </summary>
    public int SpareSegments { get; init; } = 4;

    /// <summary>
    /// Skips every sync of log frames. A power failure then loses acknowledged writes: for experiments only. Default false.
    /// </summary>
    public bool UnsafeNoSync { get; init; }

    /// <summary>Idle time after which the log confirms by one more frame that its last one was durable. Default 100 ms.</summary>
    public TimeSpan ConfirmDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>True when a log existed before, so that an empty folder means lost data (exit code 67). Default false.</summary>
    public bool MustExist { get; init; }

    /// <summary>The file system. Default: the operating system's.</summary>
    public IDisk Disk { get; init; } = PhysicalDisk.Instance;

    /// <summary>Called when a write or sync fails. Default: the process ends with code 74.</summary>
    public IFatalHandler Fatal { get; init; } = ProcessFatalHandler.Instance;

    /// <summary>Observer of frames and segments, for metrics and log lines. Default: none.</summary>
    public IWalObserver? Observer { get; init; }

    /// <summary>Source of segment nonces; a simulator uses a seeded one. Default: the system's random numbers.</summary>
    public Func<ulong> NonceSource { get; init; } = RandomNonce;

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (SegmentBytes is < 16 << 10 or > 512 << 20 || SegmentBytes % WalFormat.Alignment != 0)
        {
            throw new ArgumentException($"The segment size must be a multiple of 4096 from 16 KiB to 512 MiB, not {SegmentBytes}.");
        }

        if (FirstSegmentBytes < 16 << 10 || FirstSegmentBytes % WalFormat.Alignment != 0)
        {
            throw new ArgumentException($"The first segment's size must be a multiple of 4096 and at least 16 KiB, not {FirstSegmentBytes}.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(SpareSegments);
        if (ConfirmDelay <= TimeSpan.Zero)
        {
            throw new ArgumentException("The proof delay must be positive.");
        }
    }

    private static ulong RandomNonce()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }
}
