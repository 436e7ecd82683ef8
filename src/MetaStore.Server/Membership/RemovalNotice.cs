using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Native;
using MetaStore.Server.Observability;

namespace MetaStore.Server.Membership;

/// <summary>Learns that this member was removed, from its own log or from the others, and says when to stop.</summary>
/// <remarks>
/// From its own log it goes on for a while: another member may still need its vote or its acknowledgement to learn that the removal is
/// committed. When another member refuses it as removed, nobody needs it any more. Exit code: <see cref="ExitCodes.Removed"/>.
/// </remarks>
internal sealed class RemovalNotice(TimeSpan grace, TimeProvider time, ServerLog log)
{
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _noticed;

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

    /// <summary>Another member says so, and it knows: ids of removed members never come back. Any thread, any number of times.</summary>
    public void OnRefused()
    {
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
