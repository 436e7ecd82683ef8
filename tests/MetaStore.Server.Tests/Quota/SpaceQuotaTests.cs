using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;
using MetaStore.Engines.Memory;
using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Proposals;
using MetaStore.Server.Quota;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Quota;

/// <summary>Which requests pass, and that the alarm is proposed once.</summary>
public sealed class SpaceQuotaTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryEngine _engine = new();
    private readonly List<ProposalBatch> _sent = [];
    private readonly ReplicatedStateMachine _machine;
    private readonly ProposalAdmission _admission;
    private readonly ProposalBatcher _batcher;
    private readonly Proposer _proposer;
    private bool _diskIsLow;

    public SpaceQuotaTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        _admission = new ProposalAdmission(new AdmissionSettings(), _time, () => 0);
        _batcher = new ProposalBatcher(1, new BatchSettings { Policy = BatchPolicyKind.Off }, TryPropose, _time);
        _proposer = new Proposer(
            _batcher, _admission, new ProposalCompletionPool(BackgroundWork.ThreadPool), new LeadershipState(_time, BackgroundWork.ThreadPool), 1 << 20,
            TimeSpan.FromSeconds(5), TimeSpan.MaxValue, _ => 0, _time);
    }

    public void Dispose()
    {
        _batcher.Dispose();
        _admission.Dispose();
        _engine.Dispose();
    }

    [Theory]
    [InlineData(0, 1 << 30, ServerError.None)]
    [InlineData(1 << 30, 1000, ServerError.None)]
    [InlineData(1000, 0, ServerError.None)]
    [InlineData(1000, 1000, ServerError.NoSpace)]
    public void Check_RefusesWhatExceedsTheQuota(long quota, long cost, ServerError expected)
    {
        SpaceQuota space = Create(quota);
        Assert.Equal(quota, space.Bytes);
        Assert.Equal(expected, space.Check(cost));
        Assert.Equal(expected == ServerError.None ? 0 : 1, _sent.Count);
    }

    [Fact]
    public void Check_RefusesWritesToAFullDisk_NotWhatCostsNothing()
    {
        SpaceQuota space = Create(quota: 0);
        _diskIsLow = true;
        Assert.Equal(ServerError.NoSpace, space.Check(1));
        Assert.Equal(ServerError.None, space.Check(0));
    }

    [Fact]
    public async Task Raise_ProposesTheAlarmOnce_AndAgainWhenThatFailed()
    {
        SpaceQuota space = Create(quota: 1);
        space.Raise();
        space.Raise();
        ProposalBatch batch = Assert.Single(_sent);
        foreach (ReadOnlyMemory<byte> command in BatchCodec.Decode(batch.Data))
        {
            Assert.Equal(CommandKind.Alarm, CommandCheck.Read(command, out _));
        }

        batch.OnProposed(term: 1, ProposeOutcome.Removed);
        await Eventually.TrueAsync(
            () =>
            {
                space.Raise();
                return _sent.Count == 2;
            },
            Limit,
            () => "the alarm is not proposed again");
    }

    private SpaceQuota Create(long quota) => new(_engine, _machine.Alarms, _proposer, memberId: 1, quota, _ => _diskIsLow, NullLogger.Instance);

    private bool TryPropose(ProposalBatch batch)
    {
        _sent.Add(batch);
        return true;
    }
}
