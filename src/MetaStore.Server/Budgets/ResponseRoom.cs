using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Proposals;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Budgets;

/// <summary>Charges responses to the <see cref="ResponseBudget"/>; what a call holds is returned when its client has received the response.</summary>
/// <param name="budget">The member's budget.</param>
/// <param name="patience">Longest wait of a large read for budget; the client's deadline may end it sooner.</param>
internal sealed class ResponseRoom(ResponseBudget budget, TimeSpan patience)
{
    /// <summary>The budget that is charged.</summary>
    public ResponseBudget Budget => budget;

    /// <summary>An empty share for one response of the call. Not held by the call before <see cref="ReadAsync"/> or <see cref="ServerCall.HoldUntilSent"/>.</summary>
    public ResponseShare Open(ServerCall context) => new(budget, mayWait: true, context.ResponseCopies);

    /// <summary>Reads; when the budget is exceeded, waits for as many bytes as the first attempt has shown to be needed and reads again.</summary>
    /// <param name="context">The call.</param>
    /// <param name="read">Makes the response; its result is ignored when it has closed the meter.</param>
    /// <exception cref="RpcException">The budget was exhausted for too long, or <paramref name="read"/> has failed.</exception>
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

    /// <summary>Waits for budget after a read has closed its share.</summary>
    /// <exception cref="RpcException">There was none in time.</exception>
    public async ValueTask ReopenAsync(ResponseShare share, ServerCall context)
    {
        Status status = await share.ReopenAsync(context, patience);
        if (!status.IsOK())
        {
            throw new RpcException(status);
        }
    }

    /// <summary>Waits for bytes that a call needs for its whole duration.</summary>
    /// <exception cref="RpcException">There was none in time.</exception>
    public ValueTask ReserveAsync(ResponseShare share, long bytes, ServerCall context) =>
        share.TryTake(bytes) ? ValueTask.CompletedTask : ReopenAsync(share, context);

    /// <summary>Charges a response that already exists.</summary>
    /// <exception cref="RpcException">The budget is exhausted.</exception>
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

    /// <summary>Takes over the share of a response to an applied command.</summary>
    /// <exception cref="RpcException">The command took effect but its response cannot be sent, as with a message above gRPC's limit.</exception>
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

    /// <summary>Gives the share to the call when it holds bytes, and clears the caller's reference.</summary>
    private static void Hold(ServerCall context, ref ResponseShare? share)
    {
        if (share!.HoldsRoom)
        {
            context.HoldUntilSent(share);
        }

        share = null;
    }
}
