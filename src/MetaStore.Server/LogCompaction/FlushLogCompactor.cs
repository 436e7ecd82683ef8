using System.Diagnostics;
using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.Observability.Logging;
using MetaStore.StateMachine;

namespace MetaStore.Server.LogCompaction;

/// <summary>Compacts the log up to what an engine with files has flushed. No snapshot is written for it.</summary>
/// <remarks>
/// Every few megabytes of log a possible compaction point is recorded: index, term and membership. The engine flushes by itself when its write
/// buffer is full; from time to time it is asked which index is durable, and the log is compacted at the last point before that. The files on disk
/// are of one commit including its applied index, so nothing is lost between flush and compaction, and replayed entries are skipped by index. When
/// no flush happens, <see cref="FlushPolicy"/> requests one. Source: ADR 0005, ADR 0019.
/// </remarks>
internal sealed class FlushLogCompactor : ILogCompactor
{
    private const long PlaceBytes = 4L << 20;
    private const int PlacesMax = 256;

    private readonly IDurableEngine _engine;
    private readonly SnapshotStore _store;
    private readonly FollowerSnapshots _followers;
    private readonly long _entriesMax;
    private readonly Func<bool> _isDiskLow;
    private readonly IFatalHandler _fatal;
    private readonly ServerLog _log;
    private readonly Queue<SnapshotMetadata> _places = new();
    private ConfState _confState;
    private int _confChanges;
    private ulong _seen;
    private ulong _cutAt;
    private long _entries;
    private long _bytes;
    private long _entriesSincePlace;
    private long _bytesSincePlace;
    private volatile Task _flushing = Task.CompletedTask;

    /// <param name="engine">The engine under the state machine.</param>
    /// <param name="store">The store of snapshots from and for other members.</param>
    /// <param name="start">Start of the log, with the membership there.</param>
    /// <param name="entriesMax">The configured snapshot-count.</param>
    /// <param name="isDiskLow">Checks whether the disk is nearly full: a flush that is not urgent is then postponed.</param>
    /// <param name="fatal">Called when the disk fails.</param>
    /// <param name="log">Logs the results.</param>
    public FlushLogCompactor(
        IDurableEngine engine, SnapshotStore store, SnapshotMetadata start, long entriesMax, Func<bool> isDiskLow, IFatalHandler fatal, ServerLog log)
    {
        _engine = engine;
        _store = store;
        _followers = new FollowerSnapshots(store, BackgroundWork.ThreadPool, log);
        _entriesMax = entriesMax;
        _isDiskLow = isDiskLow;
        _fatal = fatal;
        _log = log;
        _seen = start.Index;
        _confState = start.ConfState;
    }

    /// <inheritdoc/>
    public ConfState ConfState
    {
        get => _confState;
        set
        {
            _confState = value;
            Interlocked.Increment(ref _confChanges);
        }
    }

    /// <inheritdoc/>
    public Task Working => Task.WhenAll(_flushing, _followers.Making);

    /// <inheritdoc/>
    public void Count(in Entry entry)
    {
        _seen = entry.Index;
        _entries++;
        _bytes += entry.Size;
        _entriesSincePlace++;
        _bytesSincePlace += entry.Size;
    }

    /// <inheritdoc/>
    public void CutIfDue(ReplicatedStateMachine machine, RaftNode node)
    {
        if (_bytesSincePlace >= PlaceBytes || _entriesSincePlace >= _entriesMax)
        {
            (_entriesSincePlace, _bytesSincePlace) = (0, 0);
            Cut(machine.DurableAppliedIndex, node);
            if (_places.Count < PlacesMax)
            {
                _places.Enqueue(Here(machine));
            }
        }

        if (_flushing.IsFaulted)
        {
            // An exception that Flush does not handle: rethrown, it ends the process.
            _flushing.GetAwaiter().GetResult();
        }

        if (_flushing.IsCompleted && FlushPolicy.IsDue(_entries, _entriesMax, _bytes, _engine.SizeInUse))
        {
            (_entries, _bytes) = (0, 0);
            SnapshotMetadata here = Here(machine);
            _flushing = Task.Run(() => Flush(here, machine, node));
        }
    }

    /// <inheritdoc/>
    public SnapshotBody Install(ReplicatedStateMachine machine, SnapshotMetadata snapshot)
    {
        SnapshotFile file = _store.Open(snapshot.Index)
            ?? throw new InvalidOperationException($"the snapshot of index {snapshot.Index} was announced and is not there");
        SnapshotInstallation.Run(machine, file);

        // The engine has persisted the snapshot; the file is no longer needed.
        _store.DeleteUpTo(snapshot.Index);
        _places.Clear();
        ConfState = snapshot.ConfState;
        _seen = snapshot.Index;
        (_entries, _bytes, _entriesSincePlace, _bytesSincePlace) = (0, 0, 0, 0);
        return file.Body;
    }

    /// <inheritdoc/>
    /// <remarks>After a restart the membership of the state is known only when applying has passed it: until then there is none.</remarks>
    public Task<SnapshotMetadata?> MakeAsync(ReplicatedStateMachine machine, string taken)
    {
        if (_seen < machine.AppliedIndex)
        {
            return Task.FromResult<SnapshotMetadata?>(null);
        }

        int changes = _confChanges;
        return _followers.MakeAsync(machine, Here(machine), () => Volatile.Read(ref _confChanges) == changes, taken);
    }

    private void Cut(ulong durable, RaftNode node)
    {
        SnapshotMetadata? place = null;
        while (_places.TryPeek(out SnapshotMetadata? next) && next.Index <= durable)
        {
            place = _places.Dequeue();
        }

        // A flush that was asked for has cut the log too: the entries since then still count towards the next one.
        if (place is not null && place.Index > Volatile.Read(ref _cutAt))
        {
            (_entries, _bytes) = (0, 0);
            CutAt(place, node);
        }
    }

    private void Flush(SnapshotMetadata here, ReplicatedStateMachine machine, RaftNode node)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            if (_isDiskLow())
            {
                _log.FlushPostponed(here.Index, "the disk is nearly full");
                return;
            }

            _engine.Flush();
            ulong durable = machine.DurableAppliedIndex;
            if (durable < here.Index)
            {
                _fatal.OnFatal(ExitCodes.InvariantBroken, $"flush up to index {here.Index} left index {durable} on the disk");
                return;
            }

            _log.EngineFlushed(durable, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            CutAt(here, node);
        }
        catch (EngineException failed) when (failed.Fault == EngineFault.DiskFull)
        {
            // Damage to the database would have been reported by the engine itself.
            _log.FlushPostponed(here.Index, failed.Message);
        }
        catch (EngineException failed)
        {
            _fatal.OnFatal(EngineFaults.ExitCodeOf(failed.Fault, atStart: false), failed.Message);
        }
    }

    private void CutAt(SnapshotMetadata place, RaftNode node)
    {
        Volatile.Write(ref _cutAt, place.Index);
        node.SnapshotTaken(place);
        _followers.DeleteUpTo(place.Index);
    }

    private SnapshotMetadata Here(ReplicatedStateMachine machine) => new(machine.AppliedIndex, machine.AppliedTerm, ConfState);
}
