using System.Diagnostics;
using MetaStore.IO;
using MetaStore.IO.Turns;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Raft.Storage.Wal.Segments;

namespace MetaStore.Raft.Storage.Wal;

/// <summary>The replicated log on disk: one writer thread, one write and one sync for all queued appends.</summary>
/// <remarks>
/// Appends collect while a sync runs; the next frame takes them all. The queue is bounded by the core's limit of uncommitted bytes.
/// While the writer sleeps and the disk is fast, a thread that carries its work on by itself (<see cref="RunToCompletion"/>) may write in its place.
/// A failed write or sync is final: <see cref="IFatalHandler.OnFatal"/> is called with 74, no append is completed any more and nothing
/// is retried (the kernel reports a failed sync only once).
/// </remarks>
public sealed class WriteAheadLog : IWriteAheadLog, ITurnWorker, IDisposable
{
    /// <summary>Largest record, in bytes: 16 MiB. Part of the format.</summary>
    public const int RecordBytesMax = WalFormat.RecordBytesMax;

    /// <summary>Largest data of one entry: a record without its own fields. 16,777,199.</summary>
    public const int EntryBytesMax = WalFormat.RecordBytesMax - RecordPayload.EntryHeaderBytes;

    /// <summary>
    /// A disk whose last write took longer is left to the writer thread: nothing is gained against such a wait, and the thread that would wait has calls or
    /// messages to read.
    /// </summary>
    private static readonly TimeSpan FastWrite = TimeSpan.FromMilliseconds(1);

    /// <summary>Appends that another thread may write: one step of the core, and what it left before.</summary>
    private const int LentAppendsMax = 4;

    /// <summary>Bytes of records that another thread may write.</summary>
    private const long LentBytesMax = 32 * 1024;

    private readonly WalOptions _options;
    private readonly WalWriter _journal;
    private readonly GroupCommit _commit;
    private readonly Thread _writer;
    private readonly TurnOwnership _turns;
    private readonly object _gate;
    private List<WalAppend> _incoming = [];
    private List<WalAppend> _taken = [];
    private ulong _deleteBehind;
    private bool _writerSleepsUnlimited;
    private bool _stopping;
    private bool _failed;
    private TimeSpan _lastTook = TimeSpan.MaxValue;

    private WriteAheadLog(WalOptions options, WalWriter journal)
    {
        _options = options;
        _journal = journal;
        _commit = new GroupCommit(journal);
        _turns = new TurnOwnership(
            () => _incoming.Count > 0 || _deleteBehind > 0 || _stopping || _failed || (_writerSleepsUnlimited && _journal.TailUnconfirmed))
        {
            Worker = this,
            WaitsForDisk = true,
        };
        _gate = _turns.Gate;
        _writer = new Thread(Run) { Name = "wal-writer", IsBackground = true };
        _writer.Start();
    }

    /// <summary>Bytes written in frames since opening.</summary>
    public long BytesWritten => _commit.BytesWritten;

    /// <summary>Frames written and synced since opening.</summary>
    public long SyncCount => _commit.SyncCount;

    /// <summary>Appends that are in no frame yet.</summary>
    public int QueuedAppends
    {
        get
        {
            lock (_gate)
            {
                return _incoming.Count;
            }
        }
    }

    /// <summary>Bytes on disk of segments that are kept for later ones.</summary>
    public long SpareBytes => _journal.Spares.Bytes;

    /// <summary>True after a write or sync failed; nothing is durable from then on.</summary>
    public bool HasFailed => Volatile.Read(ref _failed);

    /// <summary>Reads the log, repairs a torn tail, and starts the writer. Creates a log if there is none.</summary>
    /// <param name="options">Folder, owner and settings.</param>
    /// <param name="recovery">Content of the log.</param>
    /// <exception cref="WalCorruptException">Damaged where it may contain acknowledged data (65). Nothing was changed.</exception>
    /// <exception cref="StorageException">Parts missing or another node's (67), newer format (68), I/O error (74), disk full (75).</exception>
    public static WriteAheadLog Open(WalOptions options, out WalRecovery recovery)
    {
        ArgumentNullException.ThrowIfNull(options);
        var supply = new BackgroundSegmentAllocator(options);
        try
        {
            return new WriteAheadLog(options, WalWriter.Open(options, supply, out recovery));
        }
        catch
        {
            supply.Dispose();
            throw;
        }
    }

    /// <summary>Queues an append; returns at once. Completed in order on the writer thread, or on one that writes in its place, see <see cref="IWalCompletion"/>.</summary>
    /// <remarks>Thread: one at a time determines the order (the raft loop). After a failure it is ignored and never completed.</remarks>
    /// <exception cref="ArgumentException">An entry is larger than <see cref="EntryBytesMax"/>.</exception>
    public void Append(WalAppend append)
    {
        ArgumentNullException.ThrowIfNull(append);
        CheckLimits(append);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _incoming.Add(append);
            _turns.Wake_NeedsGate();
        }
    }

    /// <summary>Deletes the segments that are kept for later ones, for a disk that is nearly full. Any thread; waits for the disk.</summary>
    /// <returns>Bytes that were freed.</returns>
    /// <exception cref="IOException">One cannot be deleted.</exception>
    public long ReleaseSpares() => _journal.Spares.Release();

    /// <summary>Requests that whole segments whose entries are all at or below the index are given up; returns at once.</summary>
    /// <param name="index">Never takes effect beyond the newest durable snapshot marker.</param>
    public void TruncatePrefix(ulong index)
    {
        lock (_gate)
        {
            _deleteBehind = Math.Max(_deleteBehind, index);
            _turns.Wake_NeedsGate();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Entry>? Read(ulong low, ulong high, long maxBytes) => _journal.Read(low, high, maxBytes);

    /// <summary>Writes what was queued, confirms it, and closes the files.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            _turns.WakeToEnd_NeedsGate();
        }

        _journal.CancelWait();
        _writer.Join();
        _journal.Dispose();
    }

    private static void CheckLimits(WalAppend append)
    {
        var entries = append.Entries;
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Data.Length > EntryBytesMax)
            {
                throw new ArgumentException($"Entry {entries[i].Index} has {entries[i].Data.Length} bytes; the log takes {EntryBytesMax} at most.");
            }
        }
    }

    /// <summary>Few appends and bytes, with room in the segment, on a disk that was fast the last time; and a thread of the pool has to take the next call first.</summary>
    bool ITurnWorker.MayBeLent
    {
        get
        {
            if (_incoming.Count is 0 or > LentAppendsMax || _deleteBehind > 0 || _stopping || _failed || _lastTook > FastWrite
                || (Thread.CurrentThread.IsThreadPoolThread && ThreadPool.PendingWorkItemCount > 0))
            {
                return false;
            }

            long bytes = _incoming.Sum(GroupCommit.RecordBytes);
            return bytes <= LentBytesMax && _journal.HasRoomFor(bytes);
        }
    }

    /// <summary>Writes on a thread that brought appends.</summary>
    void ITurnWorker.TakeTurn()
    {
        lock (_gate)
        {
            (_incoming, _taken) = (_taken, _incoming);
        }

        try
        {
            WriteTaken();
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private void Run()
    {
        try
        {
            while (TakeWork(out var deleteBehind))
            {
                WriteTaken();
                if (deleteBehind > 0)
                {
                    _journal.TruncatePrefix(deleteBehind);
                }
            }

            if (!HasFailed)
            {
                _commit.ConfirmTail();
            }
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private void WriteTaken()
    {
        if (_taken.Count > 0)
        {
            long started = Stopwatch.GetTimestamp();
            _commit.Run(_taken);
            _taken.Clear();
            _lastTook = Stopwatch.GetElapsedTime(started);
        }
    }

    /// <summary>Whatever the exception, the content of the disk is unknown now.</summary>
    private void Fail(Exception error)
    {
        Volatile.Write(ref _failed, true);
        _options.Fatal.OnFatal(_commit.FailureCode, $"write-ahead log {_options.Directory}: {error.GetType().Name}: {error.Message}");
    }

    /// <returns>False when nothing is left to do and the log closes, or has failed.</returns>
    private bool TakeWork(out ulong deleteBehind)
    {
        var isIdle = false;
        while (true)
        {
            if (isIdle)
            {
                _commit.ConfirmTail();
            }

            lock (_gate)
            {
                isIdle = false;
                while (_incoming.Count == 0 && _deleteBehind == 0 && !_stopping && !_failed && !isIdle)
                {
                    isIdle = Sleep_NeedsGate();
                }

                if (isIdle && _incoming.Count == 0 && !_stopping && !_failed)
                {
                    continue;
                }

                deleteBehind = _deleteBehind;
                _deleteBehind = 0;
                (_incoming, _taken) = (_taken, _incoming);
                return !_failed && (_taken.Count > 0 || deleteBehind > 0 || !_stopping);
            }
        }
    }

    /// <returns>True when nothing was written for <see cref="WalOptions.ConfirmDelay"/> after a frame that is not confirmed.</returns>
    private bool Sleep_NeedsGate()
    {
        if (_journal.TailUnconfirmed)
        {
            long frames = _commit.SyncCount;
            return !_turns.Sleep_NeedsGate(_options.ConfirmDelay) && frames == _commit.SyncCount && !_failed;
        }

        _writerSleepsUnlimited = true;
        _turns.Sleep_NeedsGate(Timeout.InfiniteTimeSpan);
        _writerSleepsUnlimited = false;
        return false;
    }
}
