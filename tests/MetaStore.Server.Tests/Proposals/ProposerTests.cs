using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Calls;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Proposals;

/// <summary>How a proposal ends when the node does not take it or does not answer: which are repeated, which error the caller gets, what is left.</summary>
public sealed class ProposerTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly PutCommand Put = new() { Key = "k"u8.ToArray(), Value = "v"u8.ToArray() };

    private readonly FakeTimeProvider _time = new();
    private readonly List<ProposalBatch> _sent = [];
    private readonly LeadershipState _leadership;
    private readonly ProposalCompletionPool _pool = new(BackgroundWork.ThreadPool);
    private readonly ProposalAdmission _admission;
    private readonly ProposalBatcher _batcher;
    private readonly Proposer _proposer;

    public ProposerTests()
    {
        _leadership = new LeadershipState(_time, BackgroundWork.ThreadPool);
        _admission = new ProposalAdmission(new AdmissionSettings(), _time, () => 0);

        // Each proposal is a batch, which the sink has when the proposer waits.
        _batcher = new ProposalBatcher(1, new BatchSettings { Policy = BatchPolicyKind.Off }, TryPropose, _time);
        _proposer = new Proposer(_batcher, _admission, _pool, _leadership, 1 << 20, Timeout, TimeSpan.MaxValue, _ => 0, _time);
    }

    public void Dispose()
    {
        _batcher.Dispose();
        _admission.Dispose();
    }

    [Theory]
    [InlineData(ProposeOutcome.NoLeader)]
    [InlineData(ProposeOutcome.Transferring)]
    public async Task NeverProposed_IsProposedAgain_OnceThereIsALeader(ProposeOutcome outcome)
    {
        Task<ProposalOutcome> proposing = ProposeAsync();
        Assert.Single(_sent).OnProposed(term: 2, outcome);
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, Limit, () => "it does not wait for a leader");
        Assert.Single(_sent);
        _leadership.Set(new SoftState(2, Role.Follower), 3);
        await Eventually.TrueAsync(() => _sent.Count == 2, Limit, () => "it is not proposed again");
        _sent[1].OnProposed(term: 3, ProposeOutcome.Removed);
        await EndsAsync(proposing, ServerError.Stopped);
    }

    [Fact]
    public async Task NeverProposed_AndNoLeaderUntilTheDeadline_TimesOut()
    {
        Task<ProposalOutcome> proposing = ProposeAsync();
        _sent[0].OnProposed(term: 2, ProposeOutcome.NoLeader);
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, Limit, () => "it does not wait for a leader");
        _time.Advance(Timeout);
        await Eventually.TrueAsync(() => _sent.Count == 2, Limit, () => "the wait does not end");
        _sent[1].OnProposed(term: 2, ProposeOutcome.NoLeader);
        await EndsAsync(proposing, ServerError.Timeout);
    }

    [Fact]
    public async Task OfAnEarlierTerm_IsNotProposedAgain_ItsOutcomeIsUnknown()
    {
        Task<ProposalOutcome> proposing = ProposeAsync();
        _sent[0].OnProposed(term: 3, ProposeOutcome.Appended);
        Assert.Equal(0, _batcher.FailProposedBefore(3));
        Assert.Equal(1, _batcher.FailProposedBefore(4));
        await EndsAsync(proposing, ServerError.TimeoutDueToLeaderFailure);
        Assert.Single(_sent);
    }

    [Theory]
    [InlineData(7, ServerError.Timeout)]
    [InlineData(2, ServerError.DeadlineExceeded)]
    public async Task WithoutAResult_EndsAtTheEarlierDeadline_AndSaysWhoseItWas(int clientSeconds, ServerError expected)
    {
        var patience = TimeSpan.FromSeconds(Math.Min(clientSeconds, Timeout.TotalSeconds));
        var context = new LocalCallContext("/etcdserverpb.KV/Put", timeout: TimeSpan.FromSeconds(clientSeconds));
        Task<ProposalOutcome> proposing = _proposer.ProposeAsync(Put, context.Call).AsTask();
        _time.Advance(patience - TimeSpan.FromMilliseconds(1));
        _pool.Sweep(_time.GetTimestamp(), _ => ServerError.Timeout);
        Assert.False(proposing.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _pool.Sweep(_time.GetTimestamp(), _ => ServerError.Timeout);
        await EndsAsync(proposing, expected);
    }

    [Fact]
    public async Task ExpiredWait_IsNotUsedAgain_WhileItsBatchMayStillAnswerIt()
    {
        Task<ProposalOutcome> proposing = ProposeAsync();
        var expired = (ProposalCompletion)_sent[0].WaiterAt(0);
        _time.Advance(Timeout);
        _pool.Sweep(_time.GetTimestamp(), _ => ServerError.Timeout);
        await EndsAsync(proposing, ServerError.Timeout);
        Assert.NotSame(expired, _pool.Rent());
        Assert.False(expired.IsWaiting);

        // A late result and a late failure change nothing.
        expired.SetResult(default, null);
        expired.Complete();
        expired.Fail(ProposalFailure.TimedOut);
    }

    /// <summary>Only what the core did not take may be proposed a second time.</summary>
    [Fact]
    public void MayTryAgain_OnlyWhatWasNotProposed()
    {
        ServerError[] again = [.. Enum.GetValues<ServerError>().Where(error => ProposalAttempts.MayTryAgain(error, AdmissionClass.Ordinary))];
        Assert.Equal([ServerError.NoLeader, ServerError.LeaderChanged], again.Order());
        Assert.True(ProposalAttempts.MayTryAgain(ServerError.TooManyRequests, AdmissionClass.Essential));
    }

    [Fact]
    public async Task Begun_NeverProposed_KeepsItsCreditAndItsDeadline_UntilItIsProposedAgain()
    {
        ServerCall call = Call(TimeSpan.FromSeconds(2));
        Assert.True(_proposer.TryBegin(Put, call, out BegunProposal begun));
        _sent[0].OnProposed(term: 2, ProposeOutcome.NoLeader);
        ProposalOutcome outcome = await begun.Outcome;
        Assert.False(_proposer.TryEnd(call, ref begun, ref outcome));
        Assert.Equal(1, _admission.Statistics.Held);
        Task<ProposalOutcome> continued = _proposer.ContinueAsync(Put, call, begun).AsTask();
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, Limit, () => "it does not wait for a leader");
        _time.Advance(TimeSpan.FromSeconds(1));
        _leadership.Set(new SoftState(2, Role.Follower), 3);
        await Eventually.TrueAsync(() => _sent.Count == 2, Limit, () => "it is not proposed again");
        Assert.Equal(1, _admission.Statistics.Held);
        _sent[1].OnProposed(term: 3, ProposeOutcome.Forwarded);
        _time.Advance(TimeSpan.FromSeconds(1));
        _pool.Sweep(_time.GetTimestamp(), _ => ServerError.Timeout);
        await EndsAsync(continued, ServerError.DeadlineExceeded);
    }

    [Fact]
    public async Task Begun_OfAnEarlierTerm_Ends_ItsOutcomeIsUnknown()
    {
        ServerCall call = Call(null);
        Assert.True(_proposer.TryBegin(Put, call, out BegunProposal begun));
        ProposalWait wait = begun.Outcome;
        _sent[0].OnProposed(term: 3, ProposeOutcome.Appended);
        Assert.False(wait.IsCompleted);
        Assert.Equal(1, _batcher.FailProposedBefore(4));
        ProposalOutcome outcome = await wait;
        Assert.True(_proposer.TryEnd(call, ref begun, ref outcome));
        await EndsAsync(Task.FromResult(outcome), ServerError.TimeoutDueToLeaderFailure);
    }

    [Fact]
    public async Task Begin_OfWhatIsRefused_HoldsNothing_AndTheOtherWayGivesTheReason()
    {
        ServerCall call = Call(null);
        PutCommand large = new() { Key = "k"u8.ToArray(), Value = new byte[2 << 20] };
        Assert.False(_proposer.TryBegin(large, call, out _));
        _batcher.Stop();
        Assert.False(_proposer.TryBegin(Put, call, out _));
        Assert.Equal(0, _admission.Statistics.Held);
        Assert.Equal(0, _pool.WaitingCount);
        Assert.Equal(0, _proposer.Failed);
        Assert.Equal(ServerError.RequestTooLarge, (await _proposer.ProposeAsync(large, call)).Error);
        Assert.Equal(ServerError.Stopped, (await _proposer.ProposeAsync(Put, call)).Error);
        Assert.Empty(_sent);
    }

    private static ServerCall Call(TimeSpan? timeout) => new LocalCallContext("/etcdserverpb.KV/Put", timeout: timeout).Call;

    private bool TryPropose(ProposalBatch batch)
    {
        _sent.Add(batch);
        return true;
    }

    private Task<ProposalOutcome> ProposeAsync() => _proposer.ProposeAsync(Put, call: null).AsTask();

    private async Task EndsAsync(Task<ProposalOutcome> proposing, ServerError error)
    {
        Assert.Equal(error, (await proposing.WaitAsync(Limit)).Error);
        Assert.Equal(0, _admission.Statistics.Held);
        Assert.Equal(0, _pool.WaitingCount);
        Assert.Equal(1, _proposer.Failed);
    }
}
