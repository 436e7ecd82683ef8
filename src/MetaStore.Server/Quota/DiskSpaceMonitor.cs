using MetaStore.Engines;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Storage;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Quota;

/// <summary>Checks that the disk has space for two log segments and a snapshot of the state: once a second, and after every large amount of writes.</summary>
/// <remarks>
/// A fast writer can fill the reserve within a second, and on a machine that was suspended the timer is late. So accepted bytes are counted, and
/// after an eighth of a segment the disk is queried again. Data sent to a follower has the two segments as its margin.
///
/// Below that, writes are rejected while there is still space to continue: the log keeps its current segment and the one allocated ahead, so
/// terms, votes and alarms can be written, and space can be freed by deleting, compacting or cleaning up the disk.
/// Segments that the log keeps for later use are deleted before a write is rejected.
/// </remarks>
internal sealed class DiskSpaceMonitor : IDisposable
{
    private const int SegmentsAhead = 2;
    private const int LooksPerSegment = 8;
    private const double SnapshotShare = 1.2;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _directory;
    private readonly IStorageEngine _engine;
    private readonly long _segmentBytes;
    private readonly ServerLog _log;
    private readonly Func<string, long> _freeBytes;
    private readonly Func<long> _releaseSpares;
    private readonly Lock _looking = new();
    private readonly SupervisedTimer _timer;
    private long _taken;
    private volatile bool _isLow;

    /// <param name="directory">The data directory.</param>
    /// <param name="engine">Supplies the estimated size of a snapshot.</param>
    /// <param name="segmentBytes">Size of a log segment.</param>
    /// <param name="log">Logs changes.</param>
    /// <param name="time">Clock of the checks.</param>
    /// <param name="releaseSpares">Deletes the log's spare segments and returns the bytes that it freed.</param>
    /// <param name="freeBytes">Queries the free space of a directory; the operating system when null.</param>
    public DiskSpaceMonitor(
        string directory,
        IStorageEngine engine,
        long segmentBytes,
        ServerLog log,
        TimeProvider time,
        Func<long> releaseSpares,
        Func<string, long>? freeBytes = null)
    {
        _directory = directory;
        _engine = engine;
        _segmentBytes = segmentBytes;
        _log = log;
        _releaseSpares = releaseSpares;
        _freeBytes = freeBytes ?? FreeOfDataAndLog;
        Look();
        _timer = new SupervisedTimer("disk space", Interval, Look, log.Logger, time);
    }

    /// <summary>True when a write must be rejected.</summary>
    /// <param name="cost">Bytes the write would add; counted whether or not it is rejected.</param>
    public bool IsLowFor(long cost)
    {
        if (Interlocked.Add(ref _taken, cost) >= _segmentBytes / LooksPerSegment)
        {
            Look();
        }

        return _isLow;
    }

    /// <summary>Queries the disk now. Calls <see cref="WhenLow"/> as every check does.</summary>
    public bool LookIfLow()
    {
        Look();
        return _isLow;
    }

    /// <summary>Called by every check while space is low; set once, must be quick.</summary>
    public Action? WhenLow { get; set; }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>The log may be on a separate disk, through a link: the smaller free space counts.</summary>
    private static long FreeOfDataAndLog(string directory)
    {
        long free = new DriveInfo(directory).AvailableFreeSpace;
        var log = new DirectoryInfo(Path.Combine(directory, DataDirectory.WalName));
        return log.ResolveLinkTarget(returnFinalTarget: true) is { } elsewhere ? Math.Min(free, new DriveInfo(elsewhere.FullName).AvailableFreeSpace) : free;
    }

    private void Look()
    {
        lock (_looking)
        {
            Volatile.Write(ref _taken, 0);
            Compare();
        }
    }

    private void Compare()
    {
        // An engine with files needs no full snapshot to compact the log; it reports what its flushes and compactions need.
        long forState = _engine is IDurableEngine durable ? durable.RoomNeeded : (long)(SnapshotShare * _engine.SizeInUse);
        long needed = (SegmentsAhead * _segmentBytes) + forState;
        long free;
        try
        {
            free = _freeBytes(_directory);
            if (free < needed && _releaseSpares() > 0)
            {
                free = _freeBytes(_directory);
            }
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A disk that cannot be queried, or from which nothing can be deleted, does not count as full; writing to it will fail if it is.
            return;
        }

        bool isLow = free < needed;
        if (isLow && !_isLow)
        {
            _log.DiskLow(_directory, free, needed);
        }
        else if (!isLow && _isLow)
        {
            _log.DiskRoomAgain(_directory, free, needed);
        }

        _isLow = isLow;
        if (isLow)
        {
            WhenLow?.Invoke();
        }
    }
}
