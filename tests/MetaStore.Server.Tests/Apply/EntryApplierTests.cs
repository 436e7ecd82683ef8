using MetaStore.Batching;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;
using MetaStore.Engines.Memory;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Server.Apply;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Apply;

/// <summary>Commands of an entry are applied in order, and each result goes to the caller of its command.</summary>
public sealed class EntryApplierTests : IDisposable
{
    private const ulong Self = 1;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly MemoryEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly List<ProposalBatch> _sent = [];
    private readonly ProposalBatcher _batcher;
    private readonly ProposalCompletionPool _pool = new(BackgroundWork.ThreadPool);
    private readonly CompletionBatchPool _answered = new(BackgroundWork.ThreadPool);
    private readonly EntryApplier _applier;

    public EntryApplierTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        var settings = new BatchSettings { Policy = BatchPolicyKind.Fixed, FlushWhenIdle = false };
        _batcher = new ProposalBatcher(Self, settings, TryPropose, new FakeTimeProvider());
        _applier = new EntryApplier(_machine, _batcher, _answered, new ApplyMetrics(new SlowApplies(NullLogger.Instance, TimeSpan.MaxValue)), responses: null);
    }

    public void Dispose()
    {
        _batcher.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public async Task OwnBatch_EachCallerGetsTheResultOfItsCommand_OnceTheGroupIsPublished()
    {
        Task<ProposalOutcome>[] callers = [.. Enumerable.Range(0, 3).Select(number => ProposeAsync($"key{number}"))];
        _batcher.Drain();
        Assert.Equal(3, _applier.Apply(EntryOf(1, _sent[0].Data), committedAt: 0));
        Assert.All(callers, caller => Assert.False(caller.IsCompleted));
        Assert.Equal(0, _batcher.Statistics.BatchesInFlight);

        _machine.Publish();
        _answered.Dispatch();
        ProposalOutcome[] outcomes = await Task.WhenAll(callers).WaitAsync(Limit);
        long first = outcomes[0].Result.Revision;
        Assert.Equal([first, first + 1, first + 2], outcomes.Select(outcome => outcome.Result.Revision));
        Assert.All(outcomes, outcome => Assert.Equal(ServerError.None, outcome.Error));
        Assert.All(outcomes, outcome => Assert.Equal(1ul, outcome.Times.Index));
    }

    [Fact]
    public void BatchOfAnotherMember_IsAppliedWithoutACaller()
    {
        Assert.Equal(1, _applier.Apply(EntryOf(1, BatchCodec.Encode(Self + 1, 5, [Bytes("key")])), committedAt: 0));
        Assert.Equal(1ul, _machine.AppliedIndex);
    }

    [Fact]
    public void EntryThatWasApplied_ChangesNothing()
    {
        Entry entry = EntryOf(1, BatchCodec.Encode(Self + 1, 5, [Bytes("key")]));
        _applier.Apply(entry, committedAt: 0);
        _machine.Publish();
        long revision = _machine.Reader.Revision;
        Assert.Equal(0, _applier.Apply(entry, committedAt: 0));
        _machine.Publish();
        Assert.Equal(revision, _machine.Reader.Revision);
    }

    [Fact]
    public void EmptyEntryOfANewLeader_MovesTheIndexOnly()
    {
        Assert.Equal(0, _applier.Apply(EntryOf(1, default), committedAt: 0));
        Assert.Equal(1ul, _machine.AppliedIndex);
    }

    [Fact]
    public void UnreadableEntry_IsNotSkipped()
    {
        Assert.Throws<BatchFormatException>(() => _applier.Apply(EntryOf(1, new byte[] { 0xFF, 1, 2 }), committedAt: 0));
        Assert.Throws<CommandFormatException>(() => _applier.Apply(EntryOf(1, BatchCodec.Encode(Self + 1, 5, [new byte[] { 0xFF }])), committedAt: 0));
    }

    private static Entry EntryOf(ulong index, ReadOnlyMemory<byte> data) => new(1, index, EntryType.Normal, data);

    private static PutCommand Put(string key) => new() { Key = System.Text.Encoding.ASCII.GetBytes(key), Value = "v"u8.ToArray() };

    private static ReadOnlyMemory<byte> Bytes(string key)
    {
        PutCommand put = Put(key);
        byte[] bytes = new byte[put.Size];
        put.Write(bytes);
        return bytes;
    }

    private Task<ProposalOutcome> ProposeAsync(string key)
    {
        ProposalCompletion wait = _pool.Rent();
        wait.Begin(0, long.MaxValue, isClientDeadline: false);
        Task<ProposalOutcome> task = wait.Task.AsTask();
        PutCommand put = Put(key);
        _batcher.Enqueue(put.Size, put, static (target, command) => command.Write(target), wait);
        return task;
    }

    private bool TryPropose(ProposalBatch batch)
    {
        _sent.Add(batch);
        return true;
    }
}
