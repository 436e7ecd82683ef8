using System.Runtime;
using MetaStore.Server.Hosting.Storage;

namespace MetaStore.Server.Tests.Hosting.Storage;

public sealed class GcPauseTests
{
    private const long Large = 64L << 20;

    /// <summary>Other tests allocate in this process at the same time, so only what always holds is asserted.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(Large)]
    [InlineData(long.MaxValue / 8)]
    public void Hold_GivesWhatWasLoaded_AndLetsTheCollectorGoOn(long bytes)
    {
        var loaded = GcPause.Hold(bytes, () => new byte[1000][].Select(_ => new byte[1000]).ToArray());
        Assert.Equal(1000, loaded.Length);
        Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
    }

    [Fact]
    public void Hold_MoreThanWasSaid_IsLoadedAllTheSame()
    {
        var loaded = GcPause.Hold(Large / 4, () => Enumerable.Range(0, 3000).Select(_ => new byte[64 << 10]).ToArray());
        Assert.Equal(3000, loaded.Length);
        Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
    }

    [Fact]
    public void Hold_InsideOfAnother_OnlyLoads()
    {
        var loaded = GcPause.Hold(Large, () => GcPause.Hold(Large, () => new byte[10]));
        Assert.Equal(10, loaded.Length);
    }

    [Fact]
    public void Hold_WhatFails_LetsTheCollectorGoOn()
    {
        Assert.Throws<InvalidDataException>(() => GcPause.Hold(Large, () => throw new InvalidDataException()));
        Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
    }
}
