using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Applying;

/// <summary>Keeps the transport's addresses as the member records say.</summary>
internal static class Peers
{
    public static void AddAll(RaftNode node, MemberStore members)
    {
        foreach (MemberRecord member in members.Members)
        {
            Add(node, member);
        }
    }

    public static void Update(RaftNode node, MemberStore members, IReadOnlyList<ConfChangeStep> steps)
    {
        foreach (ConfChangeStep step in steps)
        {
            if (members.Find(step.NodeId) is { } member)
            {
                Add(node, member);
            }
            else if (step.Type == ConfChangeType.Remove)
            {
                node.RemovePeer(step.NodeId);
            }
        }
    }

    private static void Add(RaftNode node, MemberRecord member)
    {
        if (member.Id != node.NodeId && member.PeerUrls.Count > 0)
        {
            node.AddPeer(member.Id, [.. member.PeerUrls.Select(url => new Uri(url))]);
        }
    }
}
