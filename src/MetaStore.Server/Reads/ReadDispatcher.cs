using System.Runtime.CompilerServices;
using Grpc.Core;
using MetaStore.IO;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Reads;
using MetaStore.Server.Calls;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Observability.Traces;

namespace MetaStore.Server.Reads;

/// <summary>Makes a read linearizable: one shared ReadIndex round, then a wait until this member has applied up to that index.</summary>
/// <remarks>Not used for serializable reads. Source: Raft thesis §6.4.</remarks>
/// <param name="node">Confirms leadership.</param>
/// <param name="applied">Waits for what is confirmed.</param>
/// <param name="timeout">Longest time from the call to the applied index.</param>
/// <param name="time">The clock of <paramref name="applied"/>.</param>
/// <param name="slowAfter">Reads that take longer record the times of their stages; null for none.</param>
internal sealed class ReadDispatcher(RaftNode node, AppliedIndexWaiter applied, TimeSpan timeout, TimeProvider time, TimeSpan? slowAfter = null)
{
    private long _failed;

    /// <summary>Reads that could not be confirmed.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Waits until a read of the newest published state is linearizable.</summary>
    public ValueTask<ServerError> ConfirmAsync() => ConfirmAsync(call: null);

    /// <summary>As above, for a call, which records the stage times when it was slow.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ServerError> ConfirmAsync(ServerCall? call)
    {
        long askedAt = time.GetTimestamp();
        ReadIndexResult confirmed = await AskAsync();
        return TryEnd(call, askedAt, confirmed, out ServerError error) ? error : await WaitAsync(call, askedAt, confirmed);
    }

    /// <summary>The parts of <see cref="ConfirmAsync(ServerCall)"/> for a caller that has a frame of its own: a timestamp, this, and then <see cref="TryEnd"/>.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>Asks the quorum whether this member knows the newest commit.</summary>
    public ValueTask<ReadIndexResult> AskAsync() => node.ReadIndexAsync();

    /// <summary>Ends a confirmation; false when this member has not applied so far: then <see cref="WaitAsync"/> ends it.</summary>
    public bool TryEnd(ServerCall? call, long askedAt, in ReadIndexResult confirmed, out ServerError error)
    {
        error = ServerError.None;
        if (!confirmed.IsConfirmed)
        {
            Interlocked.Increment(ref _failed);
            error = ToError(confirmed.Outcome);
        }
        else if (applied.Applied < confirmed.Index)
        {
            return false;
        }

        long now = time.GetTimestamp();
        Note(call, askedAt, now, now);
        return true;
    }

    /// <summary>Waits until this member has applied what was confirmed.</summary>
    public async ValueTask<ServerError> WaitAsync(ServerCall? call, long askedAt, ReadIndexResult confirmed)
    {
        long confirmedAt = time.GetTimestamp();
        bool isReadable = await applied.WaitAsync(confirmed.Index, askedAt + time.TimestampsIn(timeout));
        Note(call, askedAt, confirmedAt, time.GetTimestamp());
        return isReadable ? ServerError.None : ServerError.TimeoutWaitingForApply;
    }

    private void Note(ServerCall? call, long askedAt, long confirmedAt, long endedAt)
    {
        if (call is not null && slowAfter is { } limit && call.WantsStages(time.GetElapsedTime(askedAt, endedAt), limit))
        {
            call.Stages = RequestStages.OfRead(askedAt, confirmedAt, endedAt);
            if (call.Span is { } span)
            {
                StageSpans.Add(span, call.Stages, time.GetUtcNow());
            }
        }
    }

    private static ServerError ToError(ReadIndexOutcome outcome) => outcome switch
    {
        ReadIndexOutcome.LeaderChanged => ServerError.LeaderChanged,
        ReadIndexOutcome.Overloaded => ServerError.TooManyRequests,
        ReadIndexOutcome.Stopped => ServerError.Stopped,
        _ => ServerError.Timeout,
    };
}
