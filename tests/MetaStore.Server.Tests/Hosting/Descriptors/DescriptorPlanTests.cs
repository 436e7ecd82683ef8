using MetaStore.Server.Hosting.Descriptors;

namespace MetaStore.Server.Tests.Hosting.Descriptors;

public sealed class DescriptorPlanTests
{
    [Theory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public void Of_EveryLimit_SharesNoMoreThanTheLimit_AndNoShareShrinks(string engine)
    {
        var before = DescriptorPlan.Of(DescriptorPlan.Least(engine), engine);
        Assert.Equal(32, before.Clients);
        for (long limit = DescriptorPlan.Least(engine); limit <= 4096; limit++)
        {
            var plan = DescriptorPlan.Of(limit, engine);
            Assert.True(plan.Clients + plan.PeersInbound + plan.EngineFiles + 256 + 32 <= limit, $"{limit}: {plan}");
            Assert.True(plan.PeersInbound >= 24 && plan.EngineFiles >= (engine == "rocksdb" ? 64 : 0), $"{limit}: {plan}");

            // The share of clients may decrease by one when another share increases by one.
            Assert.True(plan.Clients >= before.Clients - 1 && plan.PeersInbound >= before.PeersInbound && plan.EngineFiles >= before.EngineFiles, $"{limit}: {plan}");
            before = plan;
        }
    }

    [Fact]
    public void Of_NoLimit_BoundsPeersOnly() => Assert.Equal(new DescriptorPlan(int.MaxValue, 128, -1), DescriptorPlan.Of(null, "rocksdb"));
}
