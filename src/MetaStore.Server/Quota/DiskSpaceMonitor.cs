using MetaStore.Engines;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Storage;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Quota;

/// <summary>Looks whether the disk still has room for two log segments and a snapshot of the state: once a second, and whenever much was taken in.</summary>
/// <remarks>
/// A fast writer fills in a second what is kept free, and a timer of a machine that stood still comes late: so what this member takes in is
/// counted, and after an eighth of a segment the disk is asked again. What a follower is sent has the two segments as its margin.
///
/// Below that, writes are refused while there still is room to go on: the log keeps the segment it has and the one made ahead, so terms,
/// votes and alarms can be written, and space can be given back by deleting, compacting or freeing the disk.
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
    private readonly Lock _looking = new();
    private readonly SupervisedTimer _timer;
    private long _taken;
    private volatile bool _isLow;

    /// <param name="directory">The data directory.</param>
    /// <param name="engine">Tells how large a snapshot would become.</param>
    /// <param name="segmentBytes">Size of a log segment.</param>
    /// <param name="log">Is told when it changes.</param>
    /// <param name="time">Clock of the looks.</param>
    /// <param name="freeBytes">Asks the disk of a directory; the operating system's answer when null.</param>
    public DiskSpaceMonitor(
        string directory, IStorageEngine engine, long segmentBytes, ServerLog log, TimeProvider time, Func<string, long>? freeBytes = null)
    {
        _directory = directory;
        _engine = engine;
        _segmentBytes = segmentBytes;
        _log = log;
        _freeBytes = freeBytes ?? FreeOfDataAndLog;
        Look();
        _timer = new SupervisedTimer("disk space", Interval, Look, log.Logger, time);
    }

    /// <summary>True when a write must be refused.</summary>
    /// <param name="cost">Bytes the write would add; counted whether or not it is refused.</param>
    public bool IsLowFor(long cost)
    {
        if (Interlocked.Add(ref _taken, cost) >= _segmentBytes / LooksPerSegment)
        {
            Look();
        }

        return _isLow;
    }

    /// <summary>Asks the disk at once. Calls <see cref="WhenLow"/> as every look does.</summary>
    public bool LookIfLow()
    {
        Look();
        return _isLow;
    }

    /// <summary>Called with every look while it is low; set once, quick.</summary>
    public Action? WhenLow { get; set; }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>The log may be on a disk of its own, through a link: the fuller of the two counts.</summary>
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
        // An engine with files writes no snapshot of the whole to cut the log; it knows what its flushes and compactions need.
        long forState = _engine is IDurableEngine durable ? durable.RoomNeeded : (long)(SnapshotShare * _engine.SizeInUse);
        long needed = (SegmentsAhead * _segmentBytes) + forState;
        long free;
        try
        {
            free = _freeBytes(_directory);
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A disk that does not tell is not taken for a full one; writing to it will show.
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
