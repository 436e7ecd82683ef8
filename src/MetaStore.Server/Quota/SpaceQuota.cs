using MetaStore.Engines;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Quota;

/// <summary>Rejects writes that would exceed the quota or find the disk full, and then raises the NOSPACE alarm for this member.</summary>
internal sealed class SpaceQuota(
    IStorageEngine engine, AlarmStore alarms, Proposer proposer, ulong memberId, long quotaBytes, Func<long, bool> diskIsLowFor, ILogger logger)
{
    private int _raising;

    /// <summary>The quota in bytes; 0 means none.</summary>
    public long Bytes => quotaBytes;

    /// <summary>Checks a request before it is validated, as etcd does.</summary>
    /// <param name="cost">Estimated bytes of the request, see <see cref="QuotaCost"/>; 0 always passes.</param>
    public ServerError Check(long cost)
    {
        if (cost == 0 || (!diskIsLowFor(cost) && (quotaBytes == 0 || engine.SizeAllocated + cost < quotaBytes)))
        {
            return ServerError.None;
        }

        Raise();
        return ServerError.NoSpace;
    }

    /// <summary>Raises the alarm, unless it is raised or being raised.</summary>
    public void Raise()
    {
        bool isRaised = alarms.Raised.Contains(new AlarmRecord(memberId, AlarmKind.NoSpace));
        if (!isRaised && Interlocked.Exchange(ref _raising, 1) == 0)
        {
            SupervisedTask.Observe("NOSPACE alarm", RaiseAsync(), logger);
        }
    }

    private async Task RaiseAsync()
    {
        try
        {
            await proposer.ProposeAsync(
                new AlarmCommand { Action = AlarmAction.Activate, Kind = AlarmKind.NoSpace, Member = memberId }, call: null);
        }
        finally
        {
            Volatile.Write(ref _raising, 0);
        }
    }
}
