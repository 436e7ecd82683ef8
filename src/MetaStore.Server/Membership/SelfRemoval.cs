using MetaStore.IO;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Membership;

/// <summary>Learns that this member was removed, from its own log or from the others, and says when to stop.</summary>
/// <remarks>
/// From its own log it goes on for a while: another member may still need its vote or its acknowledgement to learn that the removal is
/// committed. What others say in the handshake is believed when more than half of them say it, each at its own address, which this member dialled:
/// one address that answers so stops no member. Exit code: <see cref="ExitCodes.Removed"/>. Source: ADR 0010.
/// </remarks>
internal sealed class SelfRemoval(TimeSpan grace, TimeProvider time, ServerLog log)
{
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly HashSet<ulong> _refusing = [];
    private int _noticed;

    /// <summary>The other voters of the last configuration that is known here. Set before anything is dialled.</summary>
    public Func<IReadOnlyCollection<ulong>> Others { get; set; } = () => [];

    /// <summary>Completes when the process is to end.</summary>
    public Task Stop => _stop.Task;

    /// <summary>The removal was applied here. Any thread.</summary>
    public void OnApplied()
    {
        if (Interlocked.Exchange(ref _noticed, 1) == 0)
        {
            log.Removed();
            SupervisedTask.Observe("end of a removed member", StopLaterAsync(), log.Logger);
        }
    }

    /// <summary>What a member answered when it was dialled. Ids of removed members never come back. Any thread, any number of times.</summary>
    /// <param name="member">The member whose address was dialled.</param>
    /// <param name="isRemoved">It says that this member was removed; false when it let it in.</param>
    public void OnAnswered(ulong member, bool isRemoved)
    {
        lock (_gate)
        {
            if (!isRemoved)
            {
                _refusing.Remove(member);
                return;
            }

            IReadOnlyCollection<ulong> others = Others();
            bool isNew = _refusing.Add(member);
            int refusing = others.Count(_refusing.Contains);
            int needed = (others.Count / 2) + 1;
            if (isNew)
            {
                log.RemovalClaimed(member, refusing, needed);
            }

            if (refusing < needed)
            {
                return;
            }
        }

        if (Interlocked.Exchange(ref _noticed, 1) == 0)
        {
            log.Removed();
        }

        _stop.TrySetResult();
    }

    private async Task StopLaterAsync()
    {
        await Task.Delay(grace, time);
        _stop.TrySetResult();
    }
}
