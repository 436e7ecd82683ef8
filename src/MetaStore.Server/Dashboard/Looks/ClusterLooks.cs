using MetaStore.StateMachine;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Dashboard.Looks;

/// <summary>Polls all members once a second while at least one page waits. All pages share one poll.</summary>
/// <param name="self">This member.</param>
/// <param name="machine">Supplies members and alarms.</param>
/// <param name="calls">Asks the members.</param>
/// <param name="time">Clock of the interval.</param>
/// <param name="stopping">Cancelled when the member stops; waiting pages then get an exception.</param>
internal sealed class ClusterLooks(ulong self, ReplicatedStateMachine machine, MemberCalls calls, TimeProvider time, CancellationToken stopping)
{
    /// <summary>Time between the starts of two polls.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private ClusterLook? _newest;
    private Task<ClusterLook>? _next;

    /// <summary>Waits for a status that the caller has not seen.</summary>
    /// <param name="after">Sequence of the newest status it has seen; 0 = none.</param>
    /// <param name="stop">Cancels the wait, not the poll, which others may wait for.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled, or the member stops.</exception>
    public async ValueTask<ClusterLook> NextAsync(long after, CancellationToken stop)
    {
        Task<ClusterLook> next;
        lock (_gate)
        {
            if (_newest is { } newest && newest.Sequence > after && time.GetElapsedTime(newest.TakenAt) < Interval)
            {
                return newest;
            }

            next = _next ??= LookAsync(_newest);
        }

        return await next.WaitAsync(stop);
    }

    private async Task<ClusterLook> LookAsync(ClusterLook? last)
    {
        await Task.Yield();
        try
        {
            TimeSpan rest = last is null ? TimeSpan.Zero : Interval - time.GetElapsedTime(last.TakenAt);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, time, stopping);
            }

            long takenAt = time.GetTimestamp();
            MemberLook[] members = await Task.WhenAll(machine.Members.Members.OrderBy(NameOf, StringComparer.Ordinal).Select(member => calls.LookAsync(member, stopping)));
            var look = new ClusterLook((last?.Sequence ?? 0) + 1, takenAt, LookJson.Line(self, time.GetUtcNow(), members, machine.Alarms.Raised));
            lock (_gate)
            {
                _newest = look;
            }

            return look;
        }
        finally
        {
            lock (_gate)
            {
                _next = null;
            }
        }
    }

    private static string NameOf(MemberRecord member) => member.Name;
}
