using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Maintenance;

/// <summary>Compares the members' states periodically, while this member leads, and raises the CORRUPT alarm for those that differ.</summary>
/// <remarks>
/// All members are asked for the hash at one revision. A member that lags, or that compacted meanwhile, is asked again; one without a comparable hash is
/// logged as not checked, never as consistent. Source: etcd's periodic corruption check; reliability specification 7.
/// </remarks>
internal sealed class CorruptionCheck(
    ulong self, IMemberHashes hashes, Func<IReadOnlyList<ulong>> voters, Func<ValueTask<ServerError>> confirmLeadership, LeadershipState leadership,
    ICorruptAlarm alarm, ServerLog log, TimeProvider time)
{
    private const int TriesMax = 20;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Checks every <paramref name="interval"/> until <paramref name="stop"/> is cancelled. A failing check is logged, and the next one runs on schedule.</summary>
    public Task RunAsync(TimeSpan interval, CancellationToken stop) => SupervisedLoop.EveryAsync(
        "corruption check", interval,
        turn => leadership.LeadingTerm != 0 && voters().Count > 1 ? CheckAsync(turn) : Task.CompletedTask,
        log.Logger, time, stop);

    /// <summary>Checks once.</summary>
    /// <returns>The members for which the alarm was raised.</returns>
    public async Task<IReadOnlyList<ulong>> CheckAsync(CancellationToken stop)
    {
        if (await confirmLeadership() != ServerError.None || await hashes.OfAsync(self, 0, stop) is not { } own)
        {
            log.HashesNotCompared("this member no longer leads, or has no hash of its own state");
            return [];
        }

        // Learners serve no hashes; they are checked once they are voters.
        IReadOnlyList<ulong> all = voters();
        var found = new Dictionary<ulong, uint> { [self] = own.Against(own) };
        foreach (ulong member in all.Where(member => member != self))
        {
            if (await ComparableAsync(member, own, stop) is { } hash)
            {
                found[member] = hash;
            }
            else
            {
                log.HashesNotCompared($"member {member:x} gave no hash of revision {own.Revision}, compacted at {own.Compacted}, with the users of now");
            }
        }

        IReadOnlyList<ulong> corrupt = HashComparison.Corrupt(found, all.Count);
        foreach (ulong member in corrupt.Where(member => !alarm.IsRaised(member)))
        {
            log.StateDiffers(member, own.Revision, found[member]);
            await alarm.RaiseAsync(member);
        }

        if (corrupt.Count == 0 && found.Count > 1)
        {
            log.HashesEqual(found.Count, own.Revision, own.Hash);
        }

        return corrupt;
    }

    private async Task<uint?> ComparableAsync(ulong member, MemberHash own, CancellationToken stop)
    {
        for (int tries = 0; tries < TriesMax; tries++)
        {
            if (await hashes.OfAsync(member, own.Revision, stop) is { } other && other.Compacted >= own.Compacted)
            {
                if (other.Compacted != own.Compacted || other.Revision != own.Revision)
                {
                    return null;
                }

                MemberHash present = await WithUsersOfAsync(other, own, stop);
                if (other.HasUsersOfMoment(present))
                {
                    return other.Against(present);
                }
            }

            await Task.Delay(RetryPause, time, stop);
        }

        return null;
    }

    /// <summary>This member's hash again when users have changed since it was made and the other member has seen that already.</summary>
    private async Task<MemberHash> WithUsersOfAsync(MemberHash other, MemberHash own, CancellationToken stop) =>
        other.Users is { } users && own.Users is { } older && users.Changes > older.Changes ? await hashes.OfAsync(self, own.Revision, stop) ?? own : own;
}
