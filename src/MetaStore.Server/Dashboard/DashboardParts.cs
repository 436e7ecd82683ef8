using MetaStore.Server.Dashboard.Changes;
using MetaStore.Server.Dashboard.Keys;
using MetaStore.Server.Dashboard.Looks;
using MetaStore.Server.Forwarding;
using MetaStore.StateMachine;

namespace MetaStore.Server.Dashboard;

/// <summary>What the dashboard's page is answered from.</summary>
internal sealed class DashboardParts
{
    /// <summary>Makes the parts; nothing runs until a page asks.</summary>
    /// <param name="memberId">This member.</param>
    /// <param name="clusterId">Its cluster.</param>
    /// <param name="own">Its services.</param>
    /// <param name="channels">Connections to the other members; they stay the caller's.</param>
    /// <param name="machine">Knows members, alarms and the history of keys.</param>
    /// <param name="stopping">Ends all open answers.</param>
    public DashboardParts(
        ulong memberId, ulong clusterId, OwnServices own, LeaderChannels channels, ReplicatedStateMachine machine, CancellationToken stopping)
    {
        var calls = new MemberCalls(memberId, own, channels);
        MemberId = memberId;
        ClusterId = clusterId;
        Stopping = stopping;
        Looks = new ClusterLooks(memberId, machine, calls, TimeProvider.System, stopping);
        Keys = new KeyPages(own, machine.Reader);
        Tail = new WatchTail(own);
        Batching = new BatchingChange(machine.Members, calls);
    }

    public ulong MemberId { get; }

    public ulong ClusterId { get; }

    public ClusterLooks Looks { get; }

    public KeyPages Keys { get; }

    public WatchTail Tail { get; }

    public BatchingChange Batching { get; }

    public CancellationToken Stopping { get; }
}
