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
    private long _bytes = quotaBytes;
    private int _proposing;

    /// <summary>The quota in bytes; 0 means none. May be changed at any time.</summary>
    public long Bytes
    {
        get => Volatile.Read(ref _bytes);
        set => Volatile.Write(ref _bytes, value);
    }

    /// <summary>Bytes of the store that count against the quota.</summary>
    public long Used => engine.SizeAllocated;

    /// <summary>Checks a request before it is validated, as etcd does.</summary>
    /// <param name="cost">Estimated bytes of the request, see <see cref="QuotaCost"/>; 0 always passes.</param>
    public ServerError Check(long cost)
    {
        if (cost == 0 || (!diskIsLowFor(cost) && (Bytes == 0 || Used + cost < Bytes)))
        {
            return ServerError.None;
        }

        Raise();
        return ServerError.NoSpace;
    }

    /// <summary>Raises the alarm, unless it is raised or being raised.</summary>
    public void Raise()
    {
        if (!IsRaised)
        {
            TryPropose(AlarmAction.Activate);
        }
    }

    /// <summary>Ends this member's alarm when it is raised, the disk is not low and at most a share of the quota is used.</summary>
    /// <returns>True when the end of the alarm was proposed.</returns>
    public bool Disarm(double share) =>
        IsRaised && !diskIsLowFor(0) && (Bytes == 0 || Used <= share * Bytes) && TryPropose(AlarmAction.Deactivate);

    private bool IsRaised => alarms.Raised.Contains(new AlarmRecord(memberId, AlarmKind.NoSpace));

    private bool TryPropose(AlarmAction action)
    {
        if (Interlocked.Exchange(ref _proposing, 1) != 0)
        {
            return false;
        }

        SupervisedTask.Observe("NOSPACE alarm", ProposeAsync(action), logger);
        return true;
    }

    private async Task ProposeAsync(AlarmAction action)
    {
        try
        {
            await proposer.ProposeAsync(new AlarmCommand { Action = action, Kind = AlarmKind.NoSpace, Member = memberId }, call: null);
        }
        finally
        {
            Volatile.Write(ref _proposing, 0);
        }
    }
}
