using MetaStore.Fuzz.Targets;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Fuzz;

/// <summary>The targets of `make fuzz` on their committed corpus and on random changes of it, without coverage.</summary>
public sealed class FuzzTargetTests
{
    private const int Changes = 2_000;

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Corpus_AndItsChanges_AreReadOrRefused(string name)
    {
        FuzzTarget target = FuzzTargets.Find(name)!;
        byte[][] corpus = [.. Directory.GetFiles(Path.Combine(Programs.SourceTree, "tests", "MetaStore.Fuzz", "Corpus", name)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        Assert.NotEmpty(corpus);
        var random = new Random(5);
        for (int i = -corpus.Length; i < Changes; i++)
        {
            byte[] input = (byte[])corpus[(i + corpus.Length) % corpus.Length].Clone();
            for (int changes = i < 0 ? 0 : random.Next(1, 6); changes > 0; changes--)
            {
                input[random.Next(input.Length)] = (byte)random.Next(256);
            }

            try
            {
                target.Run(input);
            }
            catch (Exception unexpected)
            {
                Assert.Fail($"{name}, {Convert.ToHexString(input)}: {unexpected}");
            }
        }
    }

    [Fact]
    public void EveryTarget_HasSeeds_WhichItReads() => Assert.All(FuzzTargets.All, target =>
    {
        byte[][] seeds = [.. target.Seeds()];
        Assert.NotEmpty(seeds);
        Assert.All(seeds, target.Run);
    });
}
