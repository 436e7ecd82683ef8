using MetaStore.Server.Hosting.Descriptors;

namespace MetaStore.Server.Tests.Hosting.Descriptors;

public sealed class DescriptorEdgeTests
{
    [Theory]
    [InlineData("memory")]
    [InlineData("rocksdb")]
    public void Least_IsTheFirstLimitWithWhichAMemberStarts(string engine)
    {
        int least = DescriptorPlan.Least(engine);
        Assert.True(DescriptorPlan.Of(least, engine).Clients >= 32);
        Assert.True(DescriptorPlan.Of(least - 1, engine).Clients < 32);
        Assert.True(least >= DescriptorPlan.LeastLimit);
        Assert.Equal(
            $"the limit of open files is 100, and a member with the engine {engine} needs {least}: raise it, by ulimit -n or LimitNOFILE= of the systemd unit",
            DescriptorPlan.TooLow(100, least, engine));
    }

    [Fact]
    public void LeastLimit_CheckedBeforeTheProgramIsLoaded_IsThatOfTheSmallestEngine() => Assert.Equal(DescriptorPlan.LeastLimit, DescriptorPlan.Least("memory"));

    /// <summary>Members that have proved who they are must find room, however many others connect to the port.</summary>
    [Theory]
    [InlineData(0, 8)]
    [InlineData(36, 8)]
    [InlineData(44, 8)]
    [InlineData(45, 9)]
    [InlineData(100, 64)]
    [InlineData(128, 64)]
    public void PeerHandshakes_LeaveThePlacesOfMembers(int inbound, int expected) => Assert.Equal(expected, new DescriptorPlan(1000, inbound, 0).PeerHandshakes);

    [Theory]
    [InlineData(1_048_576, "rocksdb")]
    [InlineData(long.MaxValue, "rocksdb")]
    [InlineData(long.MaxValue, "memory")]
    public void HugeLimit_GivesPeersTheirMost_AndNoNumberOverflows(long limit, string engine)
    {
        DescriptorPlan plan = DescriptorPlan.Of(limit, engine);
        Assert.Equal(128, plan.PeersInbound);
        Assert.True(plan.Clients > 500_000);
        Assert.True(engine == "memory" ? plan.EngineFiles == 0 : plan.EngineFiles > 200_000);
    }

    [Fact]
    public void Read_OfThisProcess_IsWhatTheKernelSays()
    {
        string soft = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal))["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        Assert.Equal(soft, OpenFileLimit.Read()?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unlimited");
    }
}
