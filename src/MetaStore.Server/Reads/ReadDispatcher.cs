using System.Diagnostics;
using System.Runtime.CompilerServices;
using Grpc.Core;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Reads;
using MetaStore.Server.Calls;
using MetaStore.Server.Observability.Stages;

namespace MetaStore.Server.Reads;

/// <summary>Makes a read linearizable: one shared ReadIndex round, then a wait until this member has applied up to that index.</summary>
/// <remarks>Not used for serializable reads. Source: Raft thesis §6.4.</remarks>
internal sealed class ReadDispatcher(RaftNode node, AppliedIndexWaiter applied, TimeSpan timeout, TimeSpan? slowAfter = null)
{
    private readonly long _timeoutMilliseconds = (long)timeout.TotalMilliseconds;
    private long _failed;

    /// <summary>Reads that could not be confirmed.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Waits until a read of the newest published state is linearizable.</summary>
    public ValueTask<ServerError> ConfirmAsync() => ConfirmAsync(call: null);

    /// <summary>As above, for a call, which records the stage times when it was slow.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ServerError> ConfirmAsync(ServerCall? call)
    {
        long askedAt = Stopwatch.GetTimestamp();
        long deadlineAt = Environment.TickCount64 + _timeoutMilliseconds;
        ReadIndexResult confirmed = await node.ReadIndexAsync();
        if (!confirmed.IsConfirmed)
        {
            Interlocked.Increment(ref _failed);
            return ToError(confirmed.Outcome);
        }

        long confirmedAt = Stopwatch.GetTimestamp();
        bool isReadable = applied.Applied >= confirmed.Index || await applied.WaitAsync(confirmed.Index, deadlineAt);
        if (call is not null && Stopwatch.GetElapsedTime(askedAt) > slowAfter)
        {
            call.Stages = RequestStages.OfRead(askedAt, confirmedAt, Stopwatch.GetTimestamp());
        }

        return isReadable ? ServerError.None : ServerError.TimeoutWaitingForApply;
    }

    private static ServerError ToError(ReadIndexOutcome outcome) => outcome switch
    {
        ReadIndexOutcome.LeaderChanged => ServerError.LeaderChanged,
        ReadIndexOutcome.Overloaded => ServerError.TooManyRequests,
        ReadIndexOutcome.Stopped => ServerError.Stopped,
        _ => ServerError.Timeout,
    };
}
