using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership;

/// <summary>Updates the transport's addresses from the member records.</summary>
/// <remarks>
/// A joining node first receives the history of the cluster, and addresses in it may be outdated. Until it finds itself in the records it keeps the
/// addresses that it received when it joined.
/// </remarks>
internal static class PeerAddresses
{
    /// <summary>Applies all records, at startup and after a snapshot.</summary>
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

    /// <summary>Applies one membership change.</summary>
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

    /// <summary>Adds a member's addresses.</summary>
    public static void Add(RaftNode node, MemberRecord member)
    {
        if (member.Id == node.NodeId)
        {
            return;
        }

        // Validated when the member is added; here unusable URLs are skipped, because a record must never end the apply loop.
        Uri[] urls = [.. member.PeerUrls.Select(url => Uri.TryCreate(url, UriKind.Absolute, out Uri? usable) ? usable : null).OfType<Uri>()];
        if (urls.Length > 0)
        {
            node.AddPeer(member.Id, urls);
        }
    }
}
