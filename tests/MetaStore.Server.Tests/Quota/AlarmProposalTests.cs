using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;
using MetaStore.IO;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Proposals;
using MetaStore.Server.Quota;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Quota;

/// <summary>When this member proposes to raise its NOSPACE alarm, and when to end it.</summary>
public sealed class AlarmProposalTests : IDisposable
{
    private const ulong Self = 7;

    private readonly FakeTimeProvider _time = new();
    private readonly AppliedState _state = new();
    private readonly List<byte[]> _proposed = [];
    private readonly ProposalAdmission _admission;
    private readonly ProposalBatcher _batcher;
    private readonly SpaceQuota _quota;
    private bool _diskIsLow;

    public AlarmProposalTests()
    {
        _state.Apply(new PutCommand { Key = "a"u8.ToArray(), Value = new byte[1000] });
        _admission = new ProposalAdmission(new AdmissionSettings(), _time, () => 0);
        _batcher = new ProposalBatcher(1, new BatchSettings { Policy = BatchPolicyKind.Off }, TryPropose, _time);
        var proposer = new Proposer(
            _batcher, _admission, new ProposalCompletionPool(BackgroundWork.ThreadPool), new LeadershipState(_time, BackgroundWork.ThreadPool), 1 << 20,
            TimeSpan.FromSeconds(5), TimeSpan.MaxValue, _ => 0, _time);
        _quota = new SpaceQuota(_state.Machine.Engine, _state.Machine.Alarms, proposer, Self, 1 << 20, _ => _diskIsLow, NullLogger.Instance);
    }

    public void Dispose()
    {
        _batcher.Dispose();
        _admission.Dispose();
        _state.Dispose();
    }

    [Fact]
    public void Check_AtTheQuota_IsRefused_OneByteBelowIsNot()
    {
        long room = _quota.Bytes - _quota.Used;
        Assert.Equal(ServerError.None, _quota.Check(room - 1));
        Assert.Empty(_proposed);
        Assert.Equal(ServerError.NoSpace, _quota.Check(room));
        Assert.Single(_proposed);
    }

    [Fact]
    public void Check_FollowsAChangeOfTheQuota()
    {
        _quota.Bytes = 1;
        Assert.Equal(ServerError.NoSpace, _quota.Check(1));
        _quota.Bytes = 0;
        Assert.Equal(ServerError.None, _quota.Check(long.MaxValue));
    }

    [Fact]
    public void Raise_WhileTheAlarmIsRaised_ProposesNothing()
    {
        _state.Raise(AlarmKind.NoSpace, Self);
        _quota.Raise();
        Assert.Empty(_proposed);
    }

    /// <summary>Each member has a disk of its own.</summary>
    [Fact]
    public void Raise_WhileAnotherMembersAlarmIsRaised_ProposesTheOwn()
    {
        _state.Raise(AlarmKind.NoSpace, Self + 1);
        _state.Raise(AlarmKind.Corrupt, Self);
        _quota.Raise();
        Assert.Equal(ErrorCode.None, ApplyProposed());
        Assert.Contains(new AlarmRecord(Self, AlarmKind.NoSpace), _state.Machine.Alarms.Raised);
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public void Disarm_NeedsItsAlarmAndRoomOnTheDisk(bool isRaised, bool diskIsLow, bool expected)
    {
        if (isRaised)
        {
            _state.Raise(AlarmKind.NoSpace, Self);
        }

        _state.Raise(AlarmKind.NoSpace, Self + 1);
        _diskIsLow = diskIsLow;
        Assert.Equal(expected, _quota.Disarm(NoSpaceDisarm.Share));
        Assert.Equal(expected ? 1 : 0, _proposed.Count);
    }

    [Fact]
    public void Disarm_EndsTheOwnAlarmOnly()
    {
        _state.Raise(AlarmKind.NoSpace, Self);
        _state.Raise(AlarmKind.NoSpace, Self + 1);
        Assert.True(_quota.Disarm(NoSpaceDisarm.Share));
        Assert.Equal(ErrorCode.None, ApplyProposed());
        Assert.Equal([new AlarmRecord(Self + 1, AlarmKind.NoSpace)], _state.Machine.Alarms.Raised);
    }

    [Fact]
    public void Disarm_WithoutAQuota_LooksAtTheDiskOnly()
    {
        _state.Raise(AlarmKind.NoSpace, Self);
        _quota.Bytes = 0;
        Assert.True(_quota.Disarm(0));
    }

    [Fact]
    public void DisarmTimer_LooksOnceASecond_AndSaysWhatEnds()
    {
        var log = new ListLogger();
        using var disarm = new NoSpaceDisarm(_quota, new ServerLog(log), _time);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(log.Lines);
        _state.Raise(AlarmKind.NoSpace, Self);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.StartsWith($"The NOSPACE alarm of this member ends, as --auto-disarm-nospace says: {_quota.Used} bytes of {_quota.Bytes} are used", Assert.Single(log.Messages), StringComparison.Ordinal);

        // There is no second one before the first has an outcome.
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(_proposed);
        disarm.Dispose();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(log.Lines);
    }

    private ErrorCode ApplyProposed()
    {
        Assert.True(_state.Machine.BeginEntry(_state.Machine.AppliedIndex + 1, 1));
        CommandResult result = _state.Machine.Apply(Assert.Single(_proposed));
        _state.Machine.EndEntry();
        _state.Machine.Publish();
        return result.Error;
    }

    private bool TryPropose(ProposalBatch batch)
    {
        foreach (ReadOnlyMemory<byte> command in BatchCodec.Decode(batch.Data))
        {
            Assert.Equal(CommandKind.Alarm, CommandCheck.Read(command, out _));
            _proposed.Add(command.ToArray());
        }

        return true;
    }
}
