using MetaStore.Raft.Runtime.Observability;
using MetaStore.Raft.Runtime.Transport;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>Acts when the leader counts more of this member's log as durable than exists: acknowledged entries are lost.</summary>
/// <remarks>
/// Such a member may have lost votes too, so it must not continue under its id (ADR 0007). A heartbeat can be forged and is no proof:
/// the leader
/// is queried on a connection that this member dials to the leader's known address. Thread: <see cref="OnMissing"/> on raft, the rest in
/// the
/// background.
/// </remarks>
internal sealed class LostEntries(RaftNodeOptions options, IPeerTransport transport, NodeProgress progress, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private int _asking;

    /// <summary>
    /// A heartbeat claimed that entries up to <paramref name="claimed"/> were acknowledged here. May be called often; one query
    /// runs at a time.
    /// </summary>
    public void OnMissing(ulong leader, ulong claimed)
    {
        progress.CountMissingEntries();
        if (Interlocked.Exchange(ref _asking, 1) == 0)
        {
            logger.EntriesMissing(leader, claimed, progress.LastIndex);
            options.Background.Run(() => _ = AskAsync(leader));
        }
    }

    private async Task AskAsync(ulong leader)
    {
        try
        {
            ulong term = progress.Term;
            if (await transport.AskAcknowledgedAsync(leader) is { } known && known.Term == term)
            {
                // What this member acknowledges is in its log first, and the number read here is updated within one iteration of the
                // raft thread.
                await Task.Delay(options.HeartbeatInterval, time);
                if (progress.Term == term && known.Index > progress.LastIndex)
                {
                    options.OnEntriesLost(
                        $"leader {leader:x} counts entries up to {known.Index} as durable on this member, and its log ends at {progress.LastIndex}: acknowledged data is "
                        + "missing, and votes may be. It must not go on under this id: remove the member and add it again with an empty data directory");
                    return;
                }
            }

            await Task.Delay(Pause, time);
        }
        catch (Exception e)
        {
            // The next such heartbeat triggers another query.
            logger.AcknowledgedNotAsked(leader, e.Message);
        }
        finally
        {
            Volatile.Write(ref _asking, 0);
        }
    }
}
