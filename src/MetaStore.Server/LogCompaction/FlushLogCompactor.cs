using System.Diagnostics;
using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.Observability.Logging;
using MetaStore.StateMachine;

namespace MetaStore.Server.LogCompaction;

/// <summary>Cuts the log behind what an engine with files has flushed. No state is written for it.</summary>
/// <remarks>
/// Every few megabytes of log a place to cut is remembered: index, term and membership as they were. The engine's own flushes come when its
/// write buffer is full; now and then it is asked which index they have made durable, and the log is cut at the last place before that.
/// What is on disk is one commit's cut with its applied index in it, so nothing is lost between flush and cut, and what is replayed
/// twice is skipped by index. When flushes do not come, <see cref="FlushPolicy"/> asks for one. Source: ADR 0005, ADR 0019.
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
    private long _entries;
    private long _bytes;
    private long _entriesSincePlace;
    private long _bytesSincePlace;
    private volatile Task _flushing = Task.CompletedTask;

    /// <param name="engine">The engine under the state machine.</param>
    /// <param name="store">Where snapshots from and for others lie.</param>
    /// <param name="start">Where the log begins, with its membership.</param>
    /// <param name="entriesMax">The configured snapshot-count.</param>
    /// <param name="isDiskLow">Looks whether the disk is nearly full: a flush that nobody needs at once then waits.</param>
    /// <param name="fatal">Is told when the disk refuses.</param>
    /// <param name="log">Receives what happens.</param>
    public FlushLogCompactor(
        IDurableEngine engine, SnapshotStore store, SnapshotMetadata start, long entriesMax, Func<bool> isDiskLow, IFatalHandler fatal, ServerLog log)
    {
        _engine = engine;
        _store = store;
        _followers = new FollowerSnapshots(store, log);
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
    public bool MakesSnapshots => true;

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
            // Of a kind that Flush does not know: the apply thread ends the process with it.
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

        // The engine has made it durable: the file has served.
        _store.DeleteUpTo(snapshot.Index);
        _places.Clear();
        ConfState = snapshot.ConfState;
        _seen = snapshot.Index;
        (_entries, _bytes, _entriesSincePlace, _bytesSincePlace) = (0, 0, 0, 0);
        return file.Body;
    }

    /// <inheritdoc/>
    /// <remarks>After a restart the membership of the state is known only when the log has passed up to it: until then there is none.</remarks>
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

        if (place is not null)
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
            // Had it harmed the database, the engine itself would have said so.
            _log.FlushPostponed(here.Index, failed.Message);
        }
        catch (EngineException failed)
        {
            _fatal.OnFatal(EngineFaults.ExitCodeOf(failed.Fault, atStart: false), failed.Message);
        }
    }

    private void CutAt(SnapshotMetadata place, RaftNode node)
    {
        node.SnapshotTaken(place);
        _followers.DeleteUpTo(place.Index);
    }

    private SnapshotMetadata Here(ReplicatedStateMachine machine) => new(machine.AppliedIndex, machine.AppliedTerm, ConfState);
}
