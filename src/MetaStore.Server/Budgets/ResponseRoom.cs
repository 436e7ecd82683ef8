using MetaStore.Grpc;
using MetaStore.Server.Proposing;

namespace MetaStore.Server.Budgets;

/// <summary>Finds room for answers in the <see cref="ResponseBudget"/>; what a call holds goes back when its client has taken the answer.</summary>
/// <param name="budget">Of the member.</param>
/// <param name="patience">Longest wait of a large read for room; the client's deadline ends it sooner.</param>
internal sealed class ResponseRoom(ResponseBudget budget, TimeSpan patience)
{
    /// <summary>What the room is taken from.</summary>
    public ResponseBudget Budget => budget;

    /// <summary>A share for one answer of the call, empty yet. Not held by the call before <see cref="Hold"/>.</summary>
    public ResponseShare Open(CallContext context) => new(budget, mayWait: true, context.ResponseCopies);

    /// <summary>Reads, and again when there was no room: the second time with as much as the first has shown to be needed.</summary>
    /// <param name="context">The call; it fails when there is no room in time.</param>
    /// <param name="read">Makes the response; its result is not looked at when it has closed the meter. Null when the call has failed.</param>
    public async ValueTask<T?> ReadAsync<T>(CallContext context, Func<ResponseShare, T?> read)
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
                    return response;
                }

                if (!await ReopenAsync(share, context))
                {
                    return null;
                }
            }
        }
        finally
        {
            share?.Dispose();
        }
    }

    /// <summary>Waits for room after a read has closed its share.</summary>
    /// <returns>False when the call has failed for want of it.</returns>
    public async ValueTask<bool> ReopenAsync(ResponseShare share, CallContext context)
    {
        Status status = await share.ReopenAsync(context, patience);
        if (!status.IsOK)
        {
            context.Fail(status);
        }

        return status.IsOK;
    }

    /// <summary>Waits for room that a call needs all the time it lasts.</summary>
    /// <returns>False when the call has failed for want of it.</returns>
    public async ValueTask<bool> ReserveAsync(ResponseShare share, long bytes, CallContext context) =>
        share.TryTake(bytes) || await ReopenAsync(share, context);

    /// <summary>Counts a response that is there already; the call fails when there is no room for it.</summary>
    public bool TryHold(CallContext context, long bytes)
    {
        ResponseShare share = Open(context);
        if (!share.TryTake(bytes))
        {
            budget.Refuse();
            context.Fail(share.IsTooLarge ? share.TooLarge() : Api.StatusMap.Of(ServerError.ReadsOverBudget));
            return false;
        }

        Hold(context, ref share!);
        return true;
    }

    /// <summary>Takes over what the answer to an applied command holds.</summary>
    /// <returns>False when the command took effect but its answer cannot be sent; the call has failed then, as with a message above gRPC's limit.</returns>
    public bool TryHold(CallContext context, in ProposalOutcome outcome)
    {
        if (outcome.Share is not { } share)
        {
            return true;
        }

        if (outcome.Result.AnswerDropped || !share.TryRaise(context.ResponseCopies))
        {
            budget.Refuse();
            context.Fail(share.TooLarge());
            share.Dispose();
            return false;
        }

        context.HoldUntilSent(share);
        return true;
    }

    /// <summary>Hands the share to the call when it takes anything, and clears the caller's.</summary>
    private static void Hold(CallContext context, ref ResponseShare? share)
    {
        if (share!.HoldsRoom)
        {
            context.HoldUntilSent(share);
        }

        share = null;
    }
}
