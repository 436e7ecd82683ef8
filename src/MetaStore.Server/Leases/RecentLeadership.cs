using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Reads;

namespace MetaStore.Server.Leases;

/// <summary>Confirms for a renewal that this member leads: by a ReadIndex, or by one of a short time ago.</summary>
/// <remarks>
/// Members that confirm a leader refuse their votes to others for much longer than <paramref name="validFor"/>, so no other member leads meanwhile; only a leader
/// that asks another one to take over is followed sooner. Times are of the monotonic clock, whose speed may be off by half. Any thread. Source: ADR 0054.
/// </remarks>
/// <param name="node">This member.</param>
/// <param name="reads">Confirms with the quorum.</param>
/// <param name="applied">Waits for what is committed.</param>
/// <param name="validFor">How long a confirmation is relied on, from before it was asked for.</param>
/// <param name="patience">Longest wait for what is committed to be applied.</param>
/// <param name="time">Clock.</param>
internal sealed class RecentLeadership(RaftNode node, ReadDispatcher reads, AppliedIndexWaiter applied, TimeSpan validFor, TimeSpan patience, TimeProvider time)
{
    private Confirmation? _newest;

    /// <summary>How long a confirmation is relied on: a small part of the time for which a member refuses votes after it has heard of the leader.</summary>
    public static TimeSpan ValidFor(TimeSpan heartbeatInterval) => heartbeatInterval / 2;

    /// <summary>
    /// Waits until it is certain that this member led after the call began, and that everything acknowledged before the call is applied here. The caller then checks
    /// that it still leads in the term.
    /// </summary>
    /// <param name="term">The term in which this member leads as far as it knows.</param>
    public ValueTask<ServerError> ConfirmAsync(ulong term) => IsRecent(term) ? ApplyAsync() : AskAsync(term);

    private bool IsRecent(ulong term) =>
        Volatile.Read(ref _newest) is { } newest
        && newest.Term == term
        && time.GetElapsedTime(newest.AskedAt) < validFor
        && node.Leadership.LeadingTerm == term
        && node.Progress.TransferTerm != term;

    private async ValueTask<ServerError> ApplyAsync() =>
        await applied.WaitAsync(node.Progress.Committed, patience) ? ServerError.None : ServerError.TimeoutWaitingForApply;

    private async ValueTask<ServerError> AskAsync(ulong term)
    {
        long askedAt = time.GetTimestamp();
        ServerError error = await reads.ConfirmAsync();

        // A leader of this term before and after led in between: so it was this member that asked the quorum.
        if (error == ServerError.None && node.Leadership.LeadingTerm == term)
        {
            Volatile.Write(ref _newest, new Confirmation(term, askedAt));
        }

        return error;
    }

    private sealed record Confirmation(ulong Term, long AskedAt);
}
