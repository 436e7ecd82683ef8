using MetaStore.Robustness.Soak;

namespace MetaStore.Robustness.Tests.Soak;

/// <summary>What counts as growth.</summary>
public sealed class SoakVerdictTests
{
    private const double MiB = 1 << 20;

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.05, false)] // 12 MiB in the measured 240 s: within what is allowed
    [InlineData(0.2, true)]
    [InlineData(-0.2, false)]
    public void ResidentMemory_ThatRises_Grows(double mebibytesPerSecond, bool grows)
    {
        var random = new Random(1);
        SoakSample[] samples = [.. Enumerable.Range(0, 360).Select(second => Sample(second, (150 + (mebibytesPerSecond * second) + random.NextDouble()) * MiB, descriptors: 250))];
        SoakVerdict verdict = SoakQuantity.All.Single(quantity => quantity.Name.StartsWith("resident", StringComparison.Ordinal)).Judge("a", samples, warmUpSeconds: 120);
        Assert.Equal(grows, verdict.Grows);
        Assert.Equal(mebibytesPerSecond * 239, verdict.Rise, 0.5);
    }

    [Fact]
    public void WarmUp_IsNotMeasured_AndOthersSamplesAreNot()
    {
        SoakSample[] samples =
        [
            .. Enumerable.Range(0, 300).Select(second => Sample(second, 100 * MiB, second < 100 ? second * 10 : 1000)),
            .. Enumerable.Range(0, 300).Select(second => Sample(second, 100 * MiB, second * 10) with { Member = "b" }),
        ];
        SoakQuantity descriptors = SoakQuantity.All.Single(quantity => quantity.Name == "descriptors");
        Assert.False(descriptors.Judge("a", samples, warmUpSeconds: 100).Grows);
        Assert.True(descriptors.Judge("b", samples, warmUpSeconds: 100).Grows);
    }

    [Fact]
    public void Heap_IsJudgedByItsFloor()
    {
        // Each collection leaves 1 MiB more than the one before; what is above that changes by 30 MiB.
        SoakSample[] samples = [.. Enumerable.Range(0, 480).Select(second => Sample(second, 100 * MiB, 250) with { HeapBytes = ((second / 20) + (second * 7 % 30)) * MiB })];
        Assert.True(SoakQuantity.All.Single(quantity => quantity.IsFloor).Judge("a", samples, warmUpSeconds: 0).Grows);
    }

    private static SoakSample Sample(double second, double resident, double descriptors) => new(second, "a", resident, 10 * MiB, descriptors, 30, 5 * MiB, 4);
}
