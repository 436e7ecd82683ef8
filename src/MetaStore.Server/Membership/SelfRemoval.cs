using MetaStore.IO;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Membership;

/// <summary>Detects that this member was removed, from its own log or from other members, and signals when to stop.</summary>
/// <remarks>
/// After a removal in its own log it continues for a while: another member may still need its vote or its acknowledgement to learn that the removal
/// is committed. Other members' responses in the handshake count when more than half of them agree, each at its own address, dialled by this member:
/// a single address cannot stop a member. Exit code: <see cref="ExitCodes.Removed"/>. Source: ADR 0010.
/// </remarks>
internal sealed class SelfRemoval(TimeSpan grace, TimeProvider time, ServerLog log)
{
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly HashSet<ulong> _refusing = [];
    private int _noticed;

    /// <summary>The other voters of the last configuration known here. Set before the first dial.</summary>
    public Func<IReadOnlyCollection<ulong>> Others { get; set; } = () => [];

    /// <summary>Completes when the process must end.</summary>
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

    /// <summary>The response of a dialled member. IDs of removed members are never reused. Any thread, any number of times.</summary>
    /// <param name="member">The member whose address was dialled.</param>
    /// <param name="isRemoved">True when it reports this member as removed; false when it accepted the connection.</param>
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
