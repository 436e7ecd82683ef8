using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Proposals;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Budgets;

/// <summary>Finds room for answers in the <see cref="ResponseBudget"/>; what a call holds goes back when its client has taken the answer.</summary>
/// <param name="budget">Of the member.</param>
/// <param name="patience">Longest wait of a large read for room; the client's deadline ends it sooner.</param>
internal sealed class ResponseRoom(ResponseBudget budget, TimeSpan patience)
{
    /// <summary>What the room is taken from.</summary>
    public ResponseBudget Budget => budget;

    /// <summary>A share for one answer of the call, empty yet. Not held by the call before <see cref="ReadAsync"/> or <see cref="ServerCall.HoldUntilSent"/>.</summary>
    public ResponseShare Open(ServerCall context) => new(budget, mayWait: true, context.ResponseCopies);

    /// <summary>Reads, and again when there was no room: the second time with as much as the first has shown to be needed.</summary>
    /// <param name="context">The call.</param>
    /// <param name="read">Makes the response; its result is not looked at when it has closed the meter.</param>
    /// <exception cref="RpcException">There was no room in time, or <paramref name="read"/> has failed.</exception>
    public async ValueTask<T> ReadAsync<T>(ServerCall context, Func<ResponseShare, T?> read)
        where T : class
    {
        ResponseShare share = Open(context);
        try
        {
            while (true)
            {
                T? response = read(share);
                if (!share.IsClosed)
                {
                    Hold(context, ref share!);
                    return response!;
                }

                await ReopenAsync(share, context);
            }
        }
        finally
        {
            share?.Dispose();
        }
    }

    /// <summary>Waits for room after a read has closed its share.</summary>
    /// <exception cref="RpcException">There was none in time.</exception>
    public async ValueTask ReopenAsync(ResponseShare share, ServerCall context)
    {
        Status status = await share.ReopenAsync(context, patience);
        if (!status.IsOK())
        {
            throw new RpcException(status);
        }
    }

    /// <summary>Waits for room that a call needs all the time it lasts.</summary>
    /// <exception cref="RpcException">There was none in time.</exception>
    public ValueTask ReserveAsync(ResponseShare share, long bytes, ServerCall context) =>
        share.TryTake(bytes) ? ValueTask.CompletedTask : ReopenAsync(share, context);

    /// <summary>Counts a response that is there already.</summary>
    /// <exception cref="RpcException">There is no room for it.</exception>
    public void Hold(ServerCall context, long bytes)
    {
        ResponseShare share = Open(context);
        if (!share.TryTake(bytes))
        {
            budget.Refuse();
            throw new RpcException(share.IsTooLarge ? share.TooLarge() : StatusMap.Of(ServerError.ReadsOverBudget));
        }

        Hold(context, ref share!);
    }

    /// <summary>Takes over what the answer to an applied command holds.</summary>
    /// <exception cref="RpcException">The command took effect but its answer cannot be sent, as with a message above gRPC's limit.</exception>
    public void Hold(ServerCall context, in ProposalOutcome outcome)
    {
        if (outcome.Share is not { } share)
        {
            return;
        }

        if (outcome.Result.AnswerDropped || !share.TryRaise(context.ResponseCopies))
        {
            budget.Refuse();
            Status tooLarge = share.TooLarge();
            share.Dispose();
            throw new RpcException(tooLarge);
        }

        context.HoldUntilSent(share);
    }

    /// <summary>Hands the share to the call when it takes anything, and clears the caller's.</summary>
    private static void Hold(ServerCall context, ref ResponseShare? share)
    {
        if (share!.HoldsRoom)
        {
            context.HoldUntilSent(share);
        }

        share = null;
    }
}
