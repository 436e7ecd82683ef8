using MetaStore.Fuzz.Mutation;
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
        string corpus = Path.Combine(Programs.SourceTree, "tests", "MetaStore.Fuzz", "Corpus", name);
        using var output = new StringWriter();
        Assert.All(Directory.GetFiles(corpus), file => target.Run(File.ReadAllBytes(file)));
        Assert.True(new MutationRun(target, output).Run(Changes, seed: 5, [corpus]), output.ToString());
    }

    [Fact]
    public void Run_OfATargetThatFails_PrintsTheInput()
    {
        string corpus = Path.Combine(Programs.SourceTree, "tests", "MetaStore.Fuzz", "Corpus", "wal");
        using var output = new StringWriter();
        var failing = new FuzzTarget("failing", input => Assert.NotEqual(1, input.Length % 7), () => []);

        Assert.False(new MutationRun(failing, output).Run(Changes, seed: 5, [corpus]));
        Assert.StartsWith("failing, ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTarget_HasSeeds_WhichItReads() => Assert.All(FuzzTargets.All, target =>
    {
        byte[][] seeds = [.. target.Seeds()];
        Assert.NotEmpty(seeds);
        Assert.All(seeds, target.Run);
    });
}
