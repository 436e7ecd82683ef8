namespace MetaStore.Raft.Quorum;

/// <summary>A set of voters that decides by majority.</summary>
/// <param name="voters">Ascending, without duplicates. Held, never changed.</param>
/// <remarks>The empty set agrees with everything, so that it is neutral as one half of a <see cref="JointConfig"/>.</remarks>
public readonly struct MajorityConfig(ulong[] voters)
{
    private const int StackLimit = 16;

    /// <summary>The voters, ascending.</summary>
    public ReadOnlySpan<ulong> Voters => voters;

    /// <summary>How many voters make a quorum.</summary>
    public int QuorumSize => (voters.Length / 2) + 1;

    /// <summary>True when the node is one of the voters.</summary>
    public bool Contains(ulong node) => Array.BinarySearch(voters, node) >= 0;

    /// <summary>The highest number that a quorum has acknowledged; <see cref="ulong.MaxValue"/> for the empty set.</summary>
    /// <remarks>Source: thesis Fig. 3.1, leaders' last rule (a majority of matchIndex at or above N).</remarks>
    public ulong CommittedIndex<TAcknowledged>(in TAcknowledged acknowledged)
        where TAcknowledged : struct, IAcknowledged
    {
        int count = voters.Length;
        if (count == 0)
        {
            return ulong.MaxValue;
        }

        Span<ulong> sorted = count <= StackLimit ? stackalloc ulong[count] : new ulong[count];
        for (int i = 0; i < count; i++)
        {
            // Insertion keeps it sorted ascending; configurations are tiny.
            ulong value = acknowledged.Of(voters[i]);
            int at = i;
            while (at > 0 && sorted[at - 1] > value)
            {
                sorted[at] = sorted[at - 1];
                at--;
            }

            sorted[at] = value;
        }

        // With n voters, the quorum-th highest value is at n - quorum in ascending order.
        return sorted[count - QuorumSize];
    }

    /// <summary>The result of an election so far; nodes that are not voters are ignored.</summary>
    public VoteResult Tally(IReadOnlyDictionary<ulong, bool> votes)
    {
        int granted = 0;
        int missing = 0;
        foreach (ulong voter in voters)
        {
            if (!votes.TryGetValue(voter, out bool yes))
            {
                missing++;
            }
            else if (yes)
            {
                granted++;
            }
        }

        if (voters.Length == 0 || granted >= QuorumSize)
        {
            return VoteResult.Won;
        }

        return granted + missing >= QuorumSize ? VoteResult.Pending : VoteResult.Lost;
    }
}

/// <summary>What each voter has acknowledged: a log index or a read round. A struct, so that the look-up is not boxed.</summary>
public interface IAcknowledged
{
    /// <summary>The highest number acknowledged by <paramref name="voter"/>; 0 when nothing is known of it.</summary>
    ulong Of(ulong voter);
}
