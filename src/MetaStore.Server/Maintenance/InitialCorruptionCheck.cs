using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Maintenance;

/// <summary>Compares a starting member's state with the others', before it serves clients.</summary>
/// <remarks>
/// A state that still lags, because the log is being applied or the others have compacted meanwhile, is compared again until the time limit. If no
/// other member can be asked, as when all members start together, the member starts: this is logged, and the leader's periodic check follows.
/// Source: etcd's initial corruption check.
/// </remarks>
internal sealed class InitialCorruptionCheck(ulong self, IMemberHashes hashes, Func<IReadOnlyList<ulong>> voters, ServerLog log, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Compares as soon as another member responds.</summary>
    /// <param name="patience">After this time the state is accepted unchecked.</param>
    /// <param name="stop">Cancels the check.</param>
    /// <returns>The difference, in one line; null when the state may be served.</returns>
    public async Task<string?> FaultAsync(TimeSpan patience, CancellationToken stop)
    {
        long startedAt = time.GetTimestamp();
        while (true)
        {
            ulong[] others = [.. voters().Where(member => member != self)];
            if (others.Length == 0)
            {
                return null;
            }

            if (await hashes.OfAsync(self, 0, stop) is { } own && await FoundAsync(others, own, stop) is { Count: > 0 } found)
            {
                return Verdict(found, own, others.Length + 1);
            }

            if (time.GetElapsedTime(startedAt) >= patience)
            {
                log.HashesNotCompared($"no other member returned a comparable hash within {patience.TotalSeconds:0.#} s");
                return null;
            }

            await Task.Delay(RetryPause, time, stop);
        }
    }

    private async Task<Dictionary<ulong, uint>> FoundAsync(ulong[] others, MemberHash own, CancellationToken stop)
    {
        var found = new Dictionary<ulong, uint>();
        foreach (ulong member in others)
        {
            if (await hashes.OfAsync(member, own.Revision, stop) is { } other && other.Revision == own.Revision && other.Compacted == own.Compacted
                && other.HasUsersOfMoment(own))
            {
                found.Add(member, other.Against(own));
            }
        }

        return found;
    }

    private string? Verdict(Dictionary<ulong, uint> found, MemberHash own, int members)
    {
        ulong[] different = [.. found.Where(pair => pair.Value != own.Against(own)).Select(pair => pair.Key).Order()];
        found.Add(self, own.Against(own));
        if (!HashComparison.Corrupt(found, members).Contains(self))
        {
            log.HashesEqual(found.Count - different.Length, own.Revision, own.Hash);
            return null;
        }

        return $"the state differs from that of {string.Join(", ", different.Select(member => $"member {member:x}"))} at revision {own.Revision} "
            + $"(hash {own.Hash}); remove this member from the cluster, empty its data directory and add it again";
    }
}
