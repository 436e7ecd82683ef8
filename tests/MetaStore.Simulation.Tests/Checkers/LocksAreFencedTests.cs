using MetaStore.Simulation.Invariants.Leases;

namespace MetaStore.Simulation.Tests.Checkers;

public sealed class LocksAreFencedTests
{
    private readonly LocksAreFenced _locks = new(new SimCluster(seed: 1, trace: null));

    [Fact]
    public void RisingTokens_Pass_InWhateverOrderTheyAreHeardOf()
    {
        _locks.Acquired(token: 5, revision: 6);
        _locks.Acquired(token: 9, revision: 20);
        _locks.Acquired(token: 7, revision: 12);
    }

    [Theory]
    [InlineData(4, 10)]
    [InlineData(5, 10)]
    [InlineData(7, 6)]
    [InlineData(6, 5)]
    public void TokenThatDoesNotRise_IsSeen(long token, long revision)
    {
        _locks.Acquired(token: 5, revision: 6);
        Assert.Throws<ViolationException>(() => _locks.Acquired(token, revision));
    }
}
