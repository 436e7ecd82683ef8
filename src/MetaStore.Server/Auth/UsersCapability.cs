using MetaStore.Raft.Runtime.Transport;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Auth;

/// <summary>Whether every member reads what users and roles put into the log. A member of a release without them stops at such an entry.</summary>
/// <remarks>
/// Asked before the first change of users and roles of a cluster, and before auth is enabled. Later changes are not held up by a member that is down:
/// the log and the state of such a cluster cannot be read by older releases anyway. A member announces it when a connection to it is established.
/// </remarks>
/// <param name="self">This member.</param>
/// <param name="members">All members, learners included.</param>
/// <param name="peers">What the others announced.</param>
/// <param name="patience">How long a member is waited for that was not connected to since this one started.</param>
/// <param name="time">The clock.</param>
internal sealed class UsersCapability(ulong self, MemberStore members, Func<IReadOnlyList<PeerStatus>> peers, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Decides whether a change may be proposed.</summary>
    /// <param name="state">The newest state of this member.</param>
    /// <param name="isEnable">The change enables auth.</param>
    /// <param name="stop">Cancels the wait for a member.</param>
    /// <returns>Null, or the text of the error.</returns>
    public ValueTask<string?> ObstacleAsync(AuthState state, bool isEnable, CancellationToken stop)
    {
        bool isFirst = state.Changes == 0 || (isEnable && !state.IsEnabled);
        if (!isFirst || Missing() is not { } missing)
        {
            return new((string?)null);
        }

        return missing.Announced == false ? new(Text(missing)) : AwaitAsync(stop);
    }

    private async ValueTask<string?> AwaitAsync(CancellationToken stop)
    {
        long startedAt = time.GetTimestamp();
        while (true)
        {
            if (Missing() is not { } missing)
            {
                return null;
            }

            if (missing.Announced == false || time.GetElapsedTime(startedAt) >= patience)
            {
                return Text(missing);
            }

            await Task.Delay(Poll, time, stop);
        }
    }

    /// <summary>The first member that has not announced it; one that has denied it comes first.</summary>
    private Silent? Missing()
    {
        IReadOnlyList<PeerStatus> statuses = peers();
        Silent? found = null;
        foreach (MemberRecord member in members.Members.Where(member => member.Id != self))
        {
            bool? announced = statuses.FirstOrDefault(peer => peer.Node == member.Id)?.KnowsUsers;
            if (announced == false || (announced is null && found is null))
            {
                found = new Silent(member, announced);
            }
        }

        return found;
    }

    private static string Text(Silent missing)
    {
        string member = missing.Member.Name.Length == 0 ? $"member {missing.Member.Id:x}" : $"member {missing.Member.Name} ({missing.Member.Id:x})";
        return missing.Announced == false
            ? $"etcdserver: not capable: {member} runs a release without users and roles; upgrade it first"
            : $"etcdserver: not capable: {member} was not reached since this member started, so whether it knows users and roles is not known; start or remove it first";
    }

    /// <param name="Member">The member.</param>
    /// <param name="Announced">False: it does not know users; null: it was not asked yet.</param>
    private readonly record struct Silent(MemberRecord Member, bool? Announced);
}
