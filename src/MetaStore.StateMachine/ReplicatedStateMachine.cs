using MetaStore.Engines;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Leases;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Mvcc;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Schema;
using MetaStore.StateMachine.Watch;

namespace MetaStore.StateMachine;

/// <summary>
/// The replicated state: takes committed entries, returns results and provides a readable store. Same entries, same bytes.
/// </summary>
/// <remarks>
/// For each group of entries the apply thread calls <see cref="BeginEntry"/>, <see cref="Apply"/> for each command,
/// <see cref="EndEntry"/>, and once at the end <see cref="Publish"/>; only then may callers be answered. Between groups it may call
/// <see cref="CompactStep"/>. Thread: apply, except <see cref="Reader"/>, <see cref="Leases"/>, <see cref="Members"/> and
/// <see cref="Alarms"/>, which are thread-safe. Durability: that of the engine; what it lost is applied again from the log.
/// </remarks>
public sealed class ReplicatedStateMachine
{
    /// <summary>Changes visited by one compaction step, as in etcd.</summary>
    public const int CompactionStepRevisions = 1000;

    private readonly MvccStore _store;
    private readonly CommandApplier _applier;
    private readonly Compactor _compactor;
    private StateRecord _published;
    private ulong _entryIndex;
    private ulong _entryTerm;
    private bool _inEntry;

    /// <summary>Opens the state in an engine; the key index is rebuilt by reading every record once.</summary>
    /// <param name="engine">Owned by the caller, who disposes it.</param>
    /// <param name="indexing">
    /// Receives, from time to time while a large store is opened or installed, the number of indexed records.
    /// </param>
    /// <exception cref="EngineException">The content is inconsistent.</exception>
    public ReplicatedStateMachine(IStorageEngine engine, Action<long>? indexing = null)
    {
        Engine = engine;
        _store = new MvccStore(engine, Leases, Auth, indexing);
        _applier = new CommandApplier(_store, Leases, Members, Alarms, Auth);
        _compactor = new Compactor(_store);
        Reader = new MvccReader(_store);
        TakeOver(_store.Load());
    }

    /// <summary>The engine underneath, for sizes and checkpoints. The state machine is its only writer.</summary>
    public IStorageEngine Engine { get; }

    /// <summary>Last entry applied, published or not. Thread: apply; readers use <see cref="MvccReader.AppliedIndex"/>.</summary>
    public ulong AppliedIndex { get; private set; }

    /// <summary>Term of the last entry applied.</summary>
    public ulong AppliedTerm { get; private set; }

    /// <summary>
    /// Last entry whose effects would survive a crash now in the engine's files; 0 for an engine without files. Any thread.
    /// </summary>
    public ulong DurableAppliedIndex =>
        Engine is IDurableEngine durable && durable.ReadDurable(Bucket.Meta, MetaKeys.State) is { } state
            ? StateRecord.Decode(state).AppliedIndex
            : 0;

    /// <summary>Opens reads.</summary>
    public MvccReader Reader { get; }

    /// <summary>Leases and the keys attached to them.</summary>
    public Lessor Leases { get; } = new();

    /// <summary>Members and the cluster version.</summary>
    public MemberStore Members { get; } = new();

    /// <summary>Raised alarms.</summary>
    public AlarmStore Alarms { get; } = new();

    /// <summary>Users, roles and tokens as they are applied; <see cref="MvccReader.Auth"/> is what readers see.</summary>
    public AuthStore Auth { get; } = new();

    /// <summary>Voters and learners as the host encoded them; empty before the first <see cref="SetConfState"/>.</summary>
    public ReadOnlyMemory<byte> ConfState { get; private set; }

    /// <summary>Revision up to which old records are physically removed from the engine; -1 before the first compaction.</summary>
    public long CompactionDone => _store.CompactionDone;

    /// <summary>A compaction has physical work left: call <see cref="CompactStep"/>.</summary>
    public bool HasCompactionWork => _compactor.HasWork;

    /// <summary>Receives the changes of each published group; null = none.</summary>
    public IRevisionSink? Sink
    {
        get => _store.Sink;
        set => _store.Sink = value;
    }

    /// <summary>Starts an entry. False when it was applied before: skip it, it has no results.</summary>
    public bool BeginEntry(ulong index, ulong term)
    {
        if (_inEntry)
        {
            throw new InvalidOperationException($"Entry {_entryIndex} has not ended.");
        }

        if (index <= AppliedIndex)
        {
            return false;
        }

        (_entryIndex, _entryTerm, _inEntry) = (index, term, true);
        return true;
    }

    /// <summary>Applies one command of the entry. The result holds no memory of <paramref name="command"/>.</summary>
    /// <param name="command">Encoded.</param>
    /// <param name="meter">Limit of the answer; null = none. The state after the command does not depend on it.</param>
    /// <exception cref="CommandFormatException">
    /// The command cannot be decoded. The node must stop; this object must not be used again.
    /// </exception>
    public CommandResult Apply(ReadOnlyMemory<byte> command, AnswerMeter? meter = null)
    {
        RequireEntry();
        return _applier.Apply(command, _entryIndex, _entryTerm, meter ?? AnswerMeter.Unlimited);
    }

    /// <summary>Stores the voters and learners that hold from this entry on.</summary>
    public void SetConfState(ReadOnlyMemory<byte> encoded)
    {
        RequireEntry();
        ConfState = encoded.ToArray();
        _store.Batch.Put(Bucket.Meta, MetaKeys.ConfState, ConfState);
    }

    /// <summary>Adds or replaces a member record as part of this entry, for configuration changes.</summary>
    public ErrorCode UpsertMember(MemberRecord member)
    {
        RequireEntry();
        return Members.Upsert(member, _store.Batch);
    }

    /// <summary>Removes a member as part of this entry, for configuration changes.</summary>
    public ErrorCode RemoveMember(ulong id)
    {
        RequireEntry();
        return Members.Remove(id, _store.Batch);
    }

    /// <summary>Ends the entry: it counts as applied from here on.</summary>
    public void EndEntry()
    {
        RequireEntry();
        (AppliedIndex, AppliedTerm, _inEntry) = (_entryIndex, _entryTerm, false);
    }

    /// <summary>Commits all entries applied since the last call as one engine batch and makes them visible to readers at once.</summary>
    /// <remarks>No effect when there were none.</remarks>
    public void Publish()
    {
        if (_inEntry)
        {
            throw new InvalidOperationException($"Entry {_entryIndex} has not ended.");
        }

        var state = new StateRecord(AppliedIndex, AppliedTerm, _store.Revision, _store.Compacted, Auth.HasUsers);
        if (state != _published || !_store.IsClean)
        {
            _store.Publish(state);
            _published = state;
        }
    }

    /// <summary>Runs one step of the physical compaction, if one is pending; right after <see cref="Publish"/>.</summary>
    /// <returns>True when more is left.</returns>
    public bool CompactStep(int revisions = CompactionStepRevisions) => _compactor.Step(revisions);

    /// <summary>Replaces the whole state by an engine checkpoint, as received from the leader.</summary>
    /// <remarks>New readers wait until it is done; open ones keep their view.</remarks>
    /// <exception cref="EngineException">The checkpoint is damaged; then nothing changed.</exception>
    public void InstallCheckpoint(Stream source, CancellationToken cancellation)
        => TakeOver(_store.Install(() => Engine.Load(source, cancellation)));

    /// <summary>As above, and checks that the state is the one of the given entry.</summary>
    /// <exception cref="EngineException">The checkpoint is damaged, or its state is of another entry; then nothing changed.</exception>
    public void InstallCheckpoint(Stream source, ulong index, ulong term, CancellationToken cancellation)
        => TakeOver(_store.Install(() => Engine.Load(source, cancellation, view => StatePoint.Require(view, index, term))));

    /// <summary>As above, for a state that consists of the engine's own files.</summary>
    /// <exception cref="EngineException">Damaged, of another entry, or not supported by this engine; then nothing changed.</exception>
    public void InstallFiles(Stream source, ulong index, ulong term, CancellationToken cancellation)
    {
        var engine = Engine as IStateFilesEngine
            ?? throw new EngineException(EngineFault.WrongEngine, $"the snapshot holds the files of another engine than {Engine.Name}");
        TakeOver(_store.Install(() => engine.LoadFiles(source, view => StatePoint.Require(view, index, term), cancellation)));
    }

    /// <summary>As above, for a state that consists of this member's page files.</summary>
    /// <exception cref="EngineException">Damaged, of another entry, or not supported by this engine; then nothing changed.</exception>
    public void InstallPages(Stream source, ulong index, ulong term, CancellationToken cancellation)
    {
        var engine = Engine as IPageFilesEngine
            ?? throw new EngineException(EngineFault.WrongEngine, $"the snapshot names page files, which the engine {Engine.Name} has none of");
        TakeOver(_store.Install(() => engine.LoadPaged(source, cancellation, view => StatePoint.Require(view, index, term))));

        // The key index was built from all records; most of them are not read again soon.
        engine.ReleasePages();
    }

    private void TakeOver(StateRecord state)
    {
        using var view = Engine.OpenView();
        Members.Load(view);
        Alarms.Load(view);
        ConfState = view.TryGet(Bucket.Meta, MetaKeys.ConfState, out var confState) ? confState.ToArray() : default(ReadOnlyMemory<byte>);
        (AppliedIndex, AppliedTerm, _published, _inEntry) = (state.AppliedIndex, state.AppliedTerm, state, false);
        _compactor.Reset();
    }

    private void RequireEntry()
    {
        if (!_inEntry)
        {
            throw new InvalidOperationException("Commands are applied between BeginEntry and EndEntry.");
        }
    }
}
