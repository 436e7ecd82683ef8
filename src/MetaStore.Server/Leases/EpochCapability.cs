using MetaStore.Raft.Runtime.Transport;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Leases;

/// <summary>Whether every member reads the epoch of an expiry. A member of a release that does not would stop at such an entry.</summary>
/// <remarks>A member announces it when a connection to it is established; one that was not connected to since this one started counts as not reading it.</remarks>
/// <param name="self">This member.</param>
/// <param name="members">All members, learners included.</param>
/// <param name="peers">What the others announced.</param>
internal sealed class EpochCapability(ulong self, MemberStore members, Func<IReadOnlyList<PeerStatus>> peers)
{
    /// <summary>True when all others have announced it.</summary>
    public bool IsOfAll()
    {
        HashSet<ulong> readers = [.. peers().Where(peer => peer.KnowsLeaseEpochs == true).Select(peer => peer.Node)];
        return members.Members.All(member => member.Id == self || readers.Contains(member.Id));
    }
}
