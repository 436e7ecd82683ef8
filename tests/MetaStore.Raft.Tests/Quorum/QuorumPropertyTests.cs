using MetaStore.Raft.Quorum;

namespace MetaStore.Raft.Tests.Quorum;

/// <summary>Quorum computation compared with the definition, for every subset.</summary>
public sealed class QuorumPropertyTests
{
    private const int Seed = 20240607;

    [Fact]
    public void CommittedIndex_RandomConfigs_MatchesBruteForce()
    {
        var random = new Random(Seed);
        for (int run = 0; run < 3000; run++)
        {
            ulong[] incoming = Voters(random, 1);
            ulong[] outgoing = Voters(random, 0);
            var acknowledged = new Table(Enumerable.Range(1, 7).ToDictionary(id => (ulong)id, _ => (ulong)random.Next(6)));
            ulong expected = Math.Min(BruteForce(incoming, acknowledged), BruteForce(outgoing, acknowledged));
            Assert.Equal(expected, new JointConfig(incoming, outgoing).CommittedIndex(acknowledged));
        }
    }

    [Fact]
    public void Tally_RandomVotes_MatchesDefinition()
    {
        var random = new Random(Seed);
        for (int run = 0; run < 3000; run++)
        {
            ulong[] incoming = Voters(random, 1);
            ulong[] outgoing = Voters(random, 0);
            var votes = new Dictionary<ulong, bool>();
            for (ulong id = 1; id <= 8; id++)
            {
                if (random.Next(3) > 0)
                {
                    votes[id] = random.Next(2) == 0;
                }
            }

            bool canWin = Reaches(incoming, id => !votes.TryGetValue(id, out bool yes) || yes) && Reaches(outgoing, id => !votes.TryGetValue(id, out bool yes) || yes);
            bool hasWon = Reaches(incoming, id => votes.GetValueOrDefault(id)) && Reaches(outgoing, id => votes.GetValueOrDefault(id));
            VoteResult expected = hasWon ? VoteResult.Won : canWin ? VoteResult.Pending : VoteResult.Lost;
            Assert.Equal(expected, new JointConfig(incoming, outgoing).Tally(votes));
        }
    }

    [Fact]
    public void CommittedIndex_MoreThanStackLimit_IsTheSameRule()
    {
        ulong[] voters = [.. Enumerable.Range(1, 21).Select(id => (ulong)id)];
        var acknowledged = new Table(voters.ToDictionary(id => id, id => id));
        Assert.Equal(11UL, new MajorityConfig(voters).CommittedIndex(acknowledged));
    }

    private static ulong[] Voters(Random random, int least) =>
        [.. Enumerable.Range(1, 7).OrderBy(_ => random.Next()).Take(random.Next(least, 8)).Select(id => (ulong)id).Order()];

    private static bool Reaches(ulong[] voters, Func<ulong, bool> says) => voters.Length == 0 || voters.Count(says) * 2 > voters.Length;

    private static ulong BruteForce(ulong[] voters, Table acknowledged)
    {
        ulong best = voters.Length == 0 ? ulong.MaxValue : 0;
        for (int subset = 0; subset < 1 << voters.Length; subset++)
        {
            ulong[] members = [.. voters.Where((_, at) => (subset & (1 << at)) != 0)];
            if (members.Length * 2 > voters.Length)
            {
                best = Math.Max(best, members.Min(id => acknowledged.Of(id)));
            }
        }

        return best;
    }

    private readonly struct Table(Dictionary<ulong, ulong> values) : IAcknowledged
    {
        public ulong Of(ulong voter) => values.GetValueOrDefault(voter);
    }
}
