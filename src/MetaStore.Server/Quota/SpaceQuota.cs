using MetaStore.Engines;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Quota;

/// <summary>Refuses writes that would pass the quota or meet a full disk, and raises the NOSPACE alarm for this member when it does.</summary>
internal sealed class SpaceQuota(
    IStorageEngine engine, AlarmStore alarms, Proposer proposer, ulong memberId, long quotaBytes, Func<long, bool> diskIsLowFor, ILogger logger)
{
    private int _raising;

    /// <summary>The quota in bytes; 0 when there is none.</summary>
    public long Bytes => quotaBytes;

    /// <summary>Checks a request before it is validated, as etcd does.</summary>
    /// <param name="cost">Bytes it counts, see <see cref="QuotaCost"/>; 0 always passes.</param>
    public ServerError Check(long cost)
    {
        if (cost == 0 || (!diskIsLowFor(cost) && (quotaBytes == 0 || engine.SizeAllocated + cost < quotaBytes)))
        {
            return ServerError.None;
        }

        Raise();
        return ServerError.NoSpace;
    }

    /// <summary>Raises the alarm, unless it is raised or on its way.</summary>
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
