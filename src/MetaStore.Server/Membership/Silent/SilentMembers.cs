using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership.Silent;

/// <summary>How long each other member has not been heard from, by the connections of this member. Any thread.</summary>
/// <remarks>
/// A member is heard from while it is connected: a connection that does not answer is closed after <c>--raft-write-timeout</c>. Counting begins with the
/// start of this member, and again after a time in which it did not run itself.
/// </remarks>
/// <param name="self">This member.</param>
/// <param name="limit">SilentFor above this is reported; zero for never.</param>
/// <param name="members">The members now.</param>
/// <param name="isActive">Whether a member is connected.</param>
/// <param name="judge">Why a member cannot be replaced now; null when it can.</param>
/// <param name="time">Clock.</param>
internal sealed class SilentMembers(
    ulong self, TimeSpan limit, Func<IReadOnlyList<MemberRecord>> members, Func<ulong, bool> isActive, Func<ulong, string?> judge, TimeProvider time)
{
    /// <summary>Pause between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A longer pause means that this process was stopped, and its connections with it.</summary>
    private static readonly TimeSpan PauseMost = 10 * Interval;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, long> _heardAt = [];
    private readonly HashSet<ulong> _reported = [];
    private long _lookedAt;

    /// <summary>The members that are silent now, in the order of the list of members.</summary>
    public IReadOnlyList<SilentMember> Silent
    {
        get
        {
            lock (_gate)
            {
                return [.. members().Where(member => _reported.Contains(member.Id)).Select(ToSilent)];
            }
        }
    }

    /// <summary>Seconds since each other member was heard from; 0 while it is connected.</summary>
    public IReadOnlyList<(ulong Id, double Seconds)> Seconds
    {
        get
        {
            lock (_gate)
            {
                return [.. _heardAt.Select(heard => (heard.Key, isActive(heard.Key) ? 0 : time.GetElapsedTime(heard.Value).TotalSeconds))];
            }
        }
    }

    /// <summary>Looks at all connections; to be called every <see cref="Interval"/>.</summary>
    /// <returns>The members that have become silent since the last look, and those that are heard from again.</returns>
    public (IReadOnlyList<SilentMember> Begun, IReadOnlyList<MemberRecord> Ended) Look()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            bool wasStopped = time.GetElapsedTime(_lookedAt, now) > PauseMost;
            _lookedAt = now;
            MemberRecord[] others = [.. members().Where(member => member.Id != self)];
            foreach (ulong gone in _heardAt.Keys.Except(others.Select(member => member.Id)).ToArray())
            {
                _heardAt.Remove(gone);
                _reported.Remove(gone);
            }

            var begun = new List<SilentMember>();
            var ended = new List<MemberRecord>();
            foreach (MemberRecord member in others)
            {
                bool isHeard = isActive(member.Id);
                if (isHeard || wasStopped || !_heardAt.ContainsKey(member.Id))
                {
                    _heardAt[member.Id] = now;
                }

                if (isHeard && _reported.Remove(member.Id))
                {
                    ended.Add(member);
                }
                else if (limit > TimeSpan.Zero && time.GetElapsedTime(_heardAt[member.Id], now) > limit && _reported.Add(member.Id))
                {
                    begun.Add(ToSilent(member));
                }
            }

            return (begun, ended);
        }
    }

    private SilentMember ToSilent(MemberRecord member) => new(member, time.GetElapsedTime(_heardAt[member.Id]), judge(member.Id));
}
