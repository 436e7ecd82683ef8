using MetaStore.Benchmarks.Batching;

namespace MetaStore.Benchmarks.Tests;

/// <summary>Runs every suite once, so that all keep working; checks results that are the same in every run.</summary>
public sealed class SuiteTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void BatchAgainstSingle_WritesEveryPut(int putsPerEntry)
    {
        using var suite = new BatchAgainstSingleBenchmark { PutsPerEntry = putsPerEntry };
        suite.Setup();
        var once = suite.Persist();
        Assert.InRange(once, 1000 * 256, long.MaxValue);
        Assert.True(suite.Persist() > once);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Producers_ApplyEveryPut(int producers)
    {
        using var suite = new ProducersBenchmark { Producers = producers };
        suite.Setup();

        // When a timeout flushes part of a batch of 100, the last ones of a round stay in the buffer.
        Assert.InRange(suite.Enqueue(), 80_000 - 99, 80_000);
        Assert.InRange(suite.Enqueue(), 160_000 - 99, 160_000);
    }

    [Fact]
    public void Wrapping_AllFormsCarryTheSameBytes_AndTheCodecIsTheSmallest()
    {
        var suite = new WrappingBenchmark { Puts = 100 };
        suite.Setup();
        Assert.Equal(suite.DecodeCodec(), suite.DecodeProtobuf());
        Assert.Equal(suite.DecodeCodec(), suite.DecodeJson());
        Assert.True(suite.EncodeCodec().Length < suite.EncodeJson().Length);
        Assert.InRange(suite.EncodeCodec().Length, suite.DecodeCodec(), suite.EncodeProtobuf().Length + 200);
    }

    [Fact]
    public void Compression_EveryKindOfPayload_ComesBackWhole()
    {
        foreach (var kind in Payloads.Kinds)
        {
            foreach (var compression in Enum.GetValues<MetaStore.Batching.Settings.BatchCompression>().Skip(1))
            {
                var suite = new CompressionBenchmark { Values = kind, Compression = compression };
                suite.Setup();
                Assert.Equal(Payloads.Commands(kind).Sum(command => command.Length), suite.Unpack());
            }
        }
    }

    [Theory]
    [InlineData("dynamic")]
    [InlineData("throughput")]
    public void Adaptation_FollowsAStepOfTheLoad(string policy)
    {
        var second = TimeSpan.FromSeconds(1);
        var up = AdaptationBenchmark.Measure(policy, "1 to 1000", second);
        Assert.True(up.To > up.From, $"{up}");
        Assert.InRange(up.Time, TimeSpan.FromTicks(1), second);
        Assert.InRange(up.Flushes, 1, int.MaxValue);
        Assert.Equal(up, AdaptationBenchmark.Measure(policy, "1 to 1000", second));
    }
}
