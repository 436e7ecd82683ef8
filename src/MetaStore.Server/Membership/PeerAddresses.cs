using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership;

/// <summary>Keeps the transport's addresses as the member records say.</summary>
/// <remarks>
/// A node that joins hears the past of the cluster first, and addresses of the past may be wrong by now. Until it meets itself in the
/// records it keeps those that it was told when it asked to join.
/// </remarks>
internal static class PeerAddresses
{
    /// <summary>Brings everything into line, at the start and after a snapshot.</summary>
    public static void SetAll(RaftNode node, MemberStore members)
    {
        foreach (MemberRecord member in members.Members)
        {
            Add(node, member);
        }

        foreach (ulong removed in members.Removed)
        {
            node.RemovePeer(removed);
        }
    }

    /// <summary>Follows one membership change.</summary>
    public static void Update(RaftNode node, MemberStore members, IReadOnlyList<ConfChangeStep> steps)
    {
        bool isJoining = members.Find(node.NodeId) is null;
        foreach (ConfChangeStep step in steps)
        {
            if (step.NodeId == node.NodeId)
            {
                SetAll(node, members);
            }
            else if (members.Find(step.NodeId) is { } member)
            {
                if (!isJoining || node.Peers.All(peer => peer.Node != member.Id))
                {
                    Add(node, member);
                }
            }
            else if (step.Type == ConfChangeType.Remove)
            {
                node.RemovePeer(step.NodeId);
            }
        }
    }

    /// <summary>Makes one member reachable.</summary>
    public static void Add(RaftNode node, MemberRecord member)
    {
        if (member.Id == node.NodeId)
        {
            return;
        }

        // Checked when the member is added; here only what can be dialled counts, because a record must never end the apply loop.
        Uri[] urls = [.. member.PeerUrls.Select(url => Uri.TryCreate(url, UriKind.Absolute, out Uri? usable) ? usable : null).OfType<Uri>()];
        if (urls.Length > 0)
        {
            node.AddPeer(member.Id, urls);
        }
    }
}
