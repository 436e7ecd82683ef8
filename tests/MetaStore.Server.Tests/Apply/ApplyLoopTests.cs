using System.Collections.Concurrent;
using MetaStore.Batching;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;
using MetaStore.Engines.Memory;
using MetaStore.IO;
using MetaStore.IO.Turns;
using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.Apply;
using MetaStore.Server.LogCompaction;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Proposals;
using MetaStore.Server.Reads;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Watch;
using MetaStore.StateMachine.Watch.Events;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Apply;

/// <summary>What the node commits is applied in order and published before anyone is answered; what cannot be applied ends the process with its code.</summary>
public sealed class ApplyLoopTests : IFatalHandler, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("metastore-apply-");
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly SteppedNode _node;
    private readonly ProposalBatcher _batcher;
    private readonly ConcurrentQueue<ProposalBatch> _sent = new();
    private readonly ProposalCompletionPool _pool = new(BackgroundWork.ThreadPool);
    private readonly AppliedIndexWaiter _readers;
    private readonly SelfRemoval _removal;
    private readonly ConfChangeWaiter _changes;
    private readonly TaskCompletionSource<(int Code, string Reason)> _fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ApplyLoop _loop;

    public ApplyLoopTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        _node = new SteppedNode(_time, 1, 2);

        // The tests commit their own entries, from index 1 on.
        _node.Run();
        Assert.NotNull(_node.Node.Committed.Take(TimeSpan.Zero));
        _batcher = new ProposalBatcher(SteppedNode.Self, new BatchSettings { Policy = BatchPolicyKind.Fixed, FlushWhenIdle = false }, Send, _time);
        _readers = new AppliedIndexWaiter(_time);
        var log = new ServerLog(NullLogger.Instance);
        _removal = new SelfRemoval(TimeSpan.Zero, TimeProvider.System, log);
        _changes = new ConfChangeWaiter(SteppedNode.Self, _machine.Members, _removal);
        SnapshotStore store = SnapshotStore.Open(_folder.FullName, 0xC1);
        _loop = new ApplyLoop(
            _node.Node, _batcher, _machine, _readers, new SnapshotLogCompactor(store, 1000, BackgroundWork.ThreadPool, this, log), _changes, this, log,
            new ApplyMetrics(new SlowApplies(NullLogger.Instance, TimeSpan.MaxValue)), TimeSpan.MaxValue, BackgroundWork.ThreadPool)
        {
            CompactionBatch = 1,
        };
    }

    public void Dispose()
    {
        _node.Dispose();
        _loop.Stop();
        _batcher.Dispose();
        _engine.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Group_IsPublished_Reported_AndItsReadersAreReleased()
    {
        _loop.Begin();
        Task<bool> reading = _readers.WaitAsync(2, Limit).AsTask();
        Assert.True(_loop.IsIdle);
        Commit(Put(1, "a"), Put(2, "b"));
        Assert.False(_loop.IsIdle);
        Assert.True(_loop.Turn(TimeSpan.Zero));
        Assert.True(_loop.IsIdle);
        Assert.True(await reading.WaitAsync(Limit));
        Assert.Equal((2ul, 2ul, 2ul), (_machine.AppliedIndex, _loop.Applied, _node.Node.Progress.Applied));
        Assert.Equal(3, _machine.Reader.Revision);
    }

    [Fact]
    public void NothingQueued_ChangesNothing()
    {
        _loop.Begin();
        Assert.True(_loop.Turn(TimeSpan.Zero));
        Assert.Equal((0ul, 0L), (_loop.Applied, _loop.Steps));
    }

    [Fact]
    public void EntriesHandedOutAgainAfterARestart_ChangeNothing()
    {
        _loop.Begin();
        Commit(Put(1, "a"));
        _loop.Turn(TimeSpan.Zero);
        Commit(Put(1, "a"), Put(2, "b"));
        _loop.Turn(TimeSpan.Zero);
        Assert.Equal((2ul, 3L), (_machine.AppliedIndex, _machine.Reader.Revision));
    }

    /// <summary>A proposal of an earlier term that is not in the log by then can no longer be committed.</summary>
    [Fact]
    public async Task FirstEntryOfANewTerm_FailsWhatWasProposedBefore()
    {
        _loop.Begin();
        Task<ProposalOutcome> caller = ProposeAsync("lost");
        _batcher.Drain();
        Assert.True(_sent.TryPeek(out ProposalBatch? batch));
        batch.OnProposed(1, ProposeOutcome.Appended);
        Commit(Put(1, "of the same term"));
        _loop.Turn(TimeSpan.Zero);
        Assert.False(caller.IsCompleted);

        Commit(new Entry(2, 2, EntryType.Normal, default));
        _loop.Turn(TimeSpan.Zero);
        Assert.Equal(ServerError.TimeoutDueToLeaderFailure, (await caller.WaitAsync(Limit)).Error);
    }

    [Fact]
    public async Task OwnProposal_IsAnsweredAfterItsGroupIsPublished()
    {
        _loop.Begin();
        Task<ProposalOutcome> caller = ProposeAsync("mine");
        _batcher.Drain();
        Assert.True(_sent.TryPeek(out ProposalBatch? batch));
        Commit(new Entry(1, 1, EntryType.Normal, batch.Data));
        _loop.Turn(TimeSpan.Zero);
        ProposalOutcome outcome = await caller.WaitAsync(Limit);
        Assert.Equal((ServerError.None, 2L), (outcome.Error, outcome.Result.Revision));
    }

    [Fact]
    public async Task MembershipChange_ReachesRecords_Transport_AndItsProposer()
    {
        _loop.Begin();
        var member = new MemberRecord { Id = 7, Name = "seven", PeerUrls = ["http://seven:1"] };
        var upsert = new MemberUpsertCommand { Member = member };
        byte[] context = new byte[upsert.Size];
        upsert.Write(context);
        var change = new ConfChange([new ConfChangeStep(ConfChangeType.AddLearner, 7)], Joint: false, context);
        using ConfChangeWaiter.Expectation expected = _changes.Expect(change);
        _node.Node.Committed.Add(new CommittedBatch(
            [new Entry(1, 1, EntryType.ConfChange, context)], [new AppliedConfChange(1, change, ConfState.Of(1, 2))]));
        _loop.Turn(TimeSpan.Zero);
        Assert.Equal("seven", _machine.Members.Find(7)!.Name);
        Assert.Equal("http://seven:1/", Assert.Single(_node.Peers.Urls[7]).ToString());
        Assert.True(await expected.WaitAsync(Limit));
        Assert.Equal([1ul, 2], _loop.LogCompactor.ConfState.Voters);
    }

    /// <summary>The memory engine has no snapshot between two of its own: the follower gets the one that the log starts with.</summary>
    [Fact]
    public async Task RequestForASnapshot_IsAnsweredInItsTurn()
    {
        _loop.Begin();
        SnapshotRequest request = new("");
        Commit(Put(1, "a"));
        Assert.True(_node.Node.Committed.Add(request));
        Assert.False(request.Made.IsCompleted);
        _loop.Turn(TimeSpan.Zero);
        Assert.Null(await request.Made.WaitAsync(Limit));
        Assert.Equal(1ul, _loop.Applied);
    }

    [Theory]
    [InlineData(new byte[] { 0xB5, 99, 0 }, ExitCodes.NewerFormat, "version 99")]
    [InlineData(new byte[] { 0xFF, 1, 2 }, ExitCodes.InvariantBroken, "--unsafe-skip-entry=1:")]
    [InlineData(new byte[] { 0xB5, 1 }, ExitCodes.InvariantBroken, "--unsafe-skip-entry=1:")]
    public async Task EntryThatCannotBeRead_EndsTheProcess_WithItsCodeAndTheWayOut(byte[] data, int code, string says)
    {
        _loop.Start();
        Commit(new Entry(1, 1, EntryType.Normal, data));
        (int ended, string reason) = await _fatal.Task.WaitAsync(Limit);
        Assert.Equal(code, ended);
        Assert.Contains(says, reason, StringComparison.Ordinal);
        Assert.Equal(0ul, _loop.Applied);
    }

    [Fact]
    public async Task CommandThatCannotBeRead_EndsTheProcess()
    {
        _loop.Start();
        Commit(new Entry(3, 1, EntryType.Normal, BatchCodec.Encode(9, 5, [new byte[] { 0xFF }])));
        (int ended, string reason) = await _fatal.Task.WaitAsync(Limit);
        Assert.Equal(ExitCodes.InvariantBroken, ended);
        Assert.Contains("entry 1 of term 3 cannot be applied", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnnouncedSnapshot_ThatIsNotThere_EndsTheProcess()
    {
        _loop.Start();
        _node.Node.Committed.Add(new SnapshotInstall(new SnapshotMetadata(9, 2, ConfState.Of(1)), "gone"));
        (int _, string reason) = await _fatal.Task.WaitAsync(Limit);
        Assert.Contains("snapshot of index 9", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Stop_AppliesWhatTheNodeHadQueued()
    {
        Commit([.. Enumerable.Range(1, 5000).Select(index => Put((ulong)index, $"key{index}"))]);
        _loop.Start();
        _node.Dispose();
        _loop.Stop();
        Assert.Equal((5000ul, 5000ul), (_loop.Applied, _machine.Reader.AppliedIndex));
        Assert.False(_node.Node.Committed.Add(new SnapshotRequest("")));
    }

    /// <summary>The thread that brings an entry applies it while the loop's own thread sleeps, and goes on to publish it.</summary>
    [Fact]
    public void AFewSmallEntries_AreAppliedByTheThreadThatBringsThem()
    {
        _loop.Start();
        ulong index = 0;
        bool isAppliedHere = false;
        while (!isAppliedHere && index < 1000)
        {
            index++;
            Carry(Put(index, "a"));
            isAppliedHere = _loop.Applied == index && _loop.IsIdle;
        }

        Assert.True(isAppliedHere, $"{index} entries were all left to the apply thread");
        Assert.Equal((long)index + 1, _machine.Reader.Revision);
    }

    [Fact]
    public void WhatTakesLong_IsLeftToTheApplyThread()
    {
        ITurnWorker lent = _loop;
        _loop.Begin();
        Commit(Put(1, "a"), Put(2, "a"));
        Assert.True(lent.MayBeLent);
        Commit([.. Enumerable.Range(3, 20).Select(i => Put((ulong)i, "a"))]);
        Assert.False(lent.MayBeLent);
        _loop.Turn(TimeSpan.Zero);

        // A step of the compaction follows each group.
        Commit(Compact(23, revision: 20));
        _loop.Turn(TimeSpan.Zero);
        Assert.True(_machine.HasCompactionWork);
        Commit(Put(24, "b"));
        Assert.False(lent.MayBeLent);
    }

    /// <summary>One small command may change a million keys; heartbeats that the thread has to read would wait for it.</summary>
    [Theory]
    [InlineData("put", true)]
    [InlineData("put of a user", true)]
    [InlineData("put of a user with a lease", false)]
    [InlineData("nothing", true)]
    [InlineData("several puts", true)]
    [InlineData("compressed puts", false)]
    [InlineData("range", false)]
    [InlineData("transaction", false)]
    [InlineData("lease", false)]
    [InlineData("compaction", false)]
    [InlineData("member", false)]
    [InlineData("unreadable", false)]
    public void OnlyCommandsThatTakeShort_AreAppliedByAnotherThread(string what, bool mayBeLent)
    {
        ITurnWorker lent = _loop;
        _loop.Begin();
        PutCommand put = new() { Key = "k"u8.ToArray(), Value = "v"u8.ToArray() };
        Entry entry = what switch
        {
            "put" => Put(1, "k"),
            "put of a user" => Of(new AsCommand<PutCommand>(new AuthIdentity(IdentityKind.User, "ann", 3), put)),
            "put of a user with a lease" => Of(new AsCommand<PutCommand>(new AuthIdentity(IdentityKind.User, "ann", 3), put with { Lease = 7 })),
            "nothing" => new Entry(1, 1, EntryType.Normal, default),
            "several puts" => new Entry(1, 1, EntryType.Normal, BatchCodec.Encode(9, 1, [Bytes(put), Bytes(put)])),
            "compressed puts" => new Entry(
                1, 1, EntryType.Normal, BatchCodec.Encode(9, 1, [.. Enumerable.Repeat(Bytes(put), 100)], BatchCompression.Lz4)),
            "range" => Of(new DeleteRangeCommand { Key = new byte[] { 0 }, RangeEnd = new byte[] { 0 } }),
            "transaction" => Of(new TxnCommand { Success = [TxnOp.Of(new DeleteRangeCommand { Key = new byte[] { 0 }, RangeEnd = new byte[] { 0 } })] }),
            "lease" => Of(new LeaseRevokeCommand { Id = 7 }),
            "compaction" => Compact(1, revision: 1),
            "member" => new Entry(1, 1, EntryType.ConfChange, default),
            _ => new Entry(1, 1, EntryType.Normal, new byte[] { 0xFF, 1, 2 }),
        };
        Commit(entry);
        Assert.Equal(mayBeLent, lent.MayBeLent);

        static Entry Of<TCommand>(in TCommand command)
            where TCommand : ICommand => new(1, 1, EntryType.Normal, BatchCodec.Encode(9, 1, [Bytes(command)]));
    }

    /// <summary>With many watchers even a put takes long.</summary>
    [Fact]
    public void AfterALongTurn_TheNextOneIsTheOwnThreads()
    {
        ITurnWorker lent = _loop;
        _loop.Begin();
        using ManualResetEventSlim never = new();
        _machine.Sink = new SlowSink(never);
        ulong index = 0;
        for (int i = 0; i < 3; i++)
        {
            Commit(Put(++index, "a"));
            _loop.Turn(TimeSpan.Zero);
            Commit(Put(++index, "a"));
            Assert.False(lent.MayBeLent);
        }

        // The thread may be interrupted during any turn, but not during all of them.
        _machine.Sink = null;
        for (int i = 0; i < 1000 && !lent.MayBeLent; i++)
        {
            _loop.Turn(TimeSpan.Zero);
            Commit(Put(++index, "a"));
        }

        Assert.True(lent.MayBeLent);
    }

    /// <summary>The steps of a compaction follow by themselves, whichever thread applied the command.</summary>
    [Fact]
    public async Task ACompactionThatAnotherThreadBrought_IsCarriedOutWithoutMoreEntries()
    {
        _loop.Start();
        for (ulong index = 1; index <= 20; index++)
        {
            Carry(Put(index, "a"));
        }

        Assert.True(await _readers.WaitAsync(20, Limit));
        Carry(Compact(21, revision: 15));
        await Eventually.TrueAsync(() => _machine.CompactionDone == 15, Limit, () => $"{_machine.CompactionDone}");
    }

    [Fact]
    public async Task AnEntryThatCannotBeRead_OnAnotherThread_EndsTheProcess_AndTheLoop()
    {
        _loop.Start();
        ulong index = 0;
        while (!_fatal.Task.IsCompleted && index < 1000)
        {
            index++;
            Carry(new Entry(1, index, EntryType.Normal, BatchCodec.Encode(9, 100 + index, [new byte[] { (byte)CommandKind.Put }])));
        }

        (int code, string reason) = await _fatal.Task.WaitAsync(Limit);
        Assert.Equal(ExitCodes.InvariantBroken, code);
        Assert.Contains("--unsafe-skip-entry=1:", reason, StringComparison.Ordinal);
        Commit(Put(index + 1, "a"));
        _node.Dispose();
        _loop.Stop();
        Assert.Equal(0ul, _loop.Applied);
    }

    void IFatalHandler.OnFatal(int exitCode, string reason) => _fatal.TrySetResult((exitCode, reason));

    private static Entry Put(ulong index, string key) =>
        new(1, index, EntryType.Normal, BatchCodec.Encode(9, 100 + index, [Bytes(new PutCommand { Key = System.Text.Encoding.ASCII.GetBytes(key), Value = "v"u8.ToArray() })]));

    private static Entry Compact(ulong index, long revision) =>
        new(1, index, EntryType.Normal, BatchCodec.Encode(9, 100 + index, [Bytes(new CompactCommand { Revision = revision })]));

    private static ReadOnlyMemory<byte> Bytes<TCommand>(in TCommand command)
        where TCommand : ICommand
    {
        byte[] bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }

    private void Commit(params Entry[] entries) => Assert.True(_node.Node.Committed.Add(new CommittedBatch(entries, [])));

    private void Carry(Entry entry)
    {
        RunToCompletion.Begin(mayWaitForDisk: true);
        try
        {
            Commit(entry);
        }
        finally
        {
            RunToCompletion.End();
        }
    }

    private bool Send(ProposalBatch batch)
    {
        _sent.Enqueue(batch);
        return true;
    }

    private Task<ProposalOutcome> ProposeAsync(string key)
    {
        ProposalCompletion wait = _pool.Rent();
        wait.Begin(0, long.MaxValue, isClientDeadline: false);
        Task<ProposalOutcome> task = wait.Task.AsTask();
        var put = new PutCommand { Key = System.Text.Encoding.ASCII.GetBytes(key), Value = "v"u8.ToArray() };
        _batcher.Enqueue(put.Size, put, static (target, command) => command.Write(target), wait);
        return task;
    }

    private sealed class SlowSink(ManualResetEventSlim never) : IRevisionSink
    {
        public void OnPublished(ReadOnlySpan<RevisionRecord> records, ReadOnlySpan<AuthMark> marks, long revision) => never.Wait(TimeSpan.FromMilliseconds(2));

        public void OnReplaced(long revision, AuthState auth)
        {
            // No test replaces the state.
        }
    }
}
