using MetaStore.Server.Listening.Connections;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Listening.Connections;

public sealed class FrameAllowanceTests
{
    [Theory]
    [InlineData(0, 0, 0, 100_000, 20_000)]
    [InlineData(0, 0, 4, 100_000, 20_000)]
    [InlineData(3, 0, 4, 20_000, 4_000)]
    [InlineData(4, 0, 6, 25_000, 5_000)]
    [InlineData(6, 0, 8, 100_000, 20_000)]
    [InlineData(8, 0, 4, 500_000, 100_000)]
    [InlineData(9, 0, 0, 10_000, 2_000)]
    [InlineData(0x7F, 0, 4, 100_000, 20_000)]
    public void Frames_AtOnceAndPerSecond_AreBounded(byte type, byte flags, int length, int atOnce, int perSecond)
    {
        var time = new FakeTimeProvider();
        var allowance = new FrameAllowance(time);
        Assert.Equal(atOnce, CountUntilRefused(allowance, type, flags, length));
        time.Advance(TimeSpan.FromSeconds(1));

        // The rejected frame counts as debt.
        Assert.InRange(CountUntilRefused(allowance, type, flags, length), perSecond - 2, perSecond);
        time.Advance(TimeSpan.FromHours(1));
        Assert.InRange(CountUntilRefused(allowance, type, flags, length), atOnce - 2, atOnce);
    }

    [Theory]
    [InlineData(0, 0, 5)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 16384)]
    [InlineData(1, 4, 100)]
    public void Frames_OfCalls_CostNothing(byte type, byte flags, int length) => Assert.Equal(0, FrameAllowance.PointsOf(type, flags, length));

    private static int CountUntilRefused(FrameAllowance allowance, byte type, byte flags, int length)
    {
        var count = 0;
        while (allowance.Spend(type, flags, length))
        {
            count++;
        }

        return count;
    }
}
