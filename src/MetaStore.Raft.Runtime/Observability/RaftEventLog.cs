using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Observability;

/// <summary>The core has no logger: its events become log lines here.</summary>
internal static class RaftEventLog
{
    public static void Raft(this ILogger logger, ulong node, in RaftEvent observed)
    {
        switch (observed.Kind)
        {
            case RaftEventKind.BecameFollower:
                logger.BecameFollower(node, observed.Node, observed.Term);
                break;
            case RaftEventKind.BecamePreCandidate:
                logger.BecamePreCandidate(node, observed.Term);
                break;
            case RaftEventKind.BecameCandidate:
                logger.BecameCandidate(node, observed.Term);
                break;
            case RaftEventKind.BecameLeader:
                logger.BecameLeader(node, observed.Term);
                break;
            case RaftEventKind.QuorumLost:
                logger.QuorumLost(node, observed.Term);
                break;
            case RaftEventKind.LeaderChanged when observed.Node == 0:
                logger.LeaderLost(node, observed.Term);
                break;
            case RaftEventKind.LeaderChanged:
                logger.LeaderChanged(node, observed.Node, observed.Term);
                break;
            case RaftEventKind.SnapshotNeeded:
                logger.SnapshotNeeded(observed.Node, observed.Value);
                break;
            case RaftEventKind.ConfigurationChanged:
                logger.MembershipChanged(observed.Value);
                break;
            case RaftEventKind.LeaderTransfer when observed.Value == 1:
                logger.LeaderTransferGivenUp(observed.Node);
                break;
            case RaftEventKind.LeaderTransfer:
                logger.LeaderTransfer(observed.Node);
                break;
            default:
                logger.OtherRaftEvent(observed.Kind, observed.Node, observed.Value, observed.Term);
                break;
        }
    }
}
