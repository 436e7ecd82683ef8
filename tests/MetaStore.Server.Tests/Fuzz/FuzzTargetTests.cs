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
        var changed = new MutationRun(target, output);

        Assert.All(Directory.GetFiles(corpus), file => target.Run(File.ReadAllBytes(file)));
        Assert.True(changed.Run(Changes, seed: 5, [corpus]), output.ToString());
        Assert.InRange(changed.Read, 1, Changes - 1);
    }

    [Fact]
    public void Run_OfATargetThatFails_PrintsTheInput()
    {
        string corpus = Path.Combine(Programs.SourceTree, "tests", "MetaStore.Fuzz", "Corpus", "wal");
        using var output = new StringWriter();
        byte[] failed = [];
        var failing = new FuzzTarget("failing", Fail, () => []);

        Assert.False(new MutationRun(failing, output).Run(Changes, seed: 5, [corpus]));
        Assert.StartsWith($"failing, {Convert.ToHexString(failed)}: ", output.ToString(), StringComparison.Ordinal);

        bool Fail(byte[] input)
        {
            failed = input;
            return input.Length % 7 == 1 ? throw new InvalidOperationException("a finding") : true;
        }
    }

    [Fact]
    public void EveryTarget_HasSeeds_AndReadsAllOfThem() => Assert.All(FuzzTargets.All, target =>
    {
        byte[][] seeds = [.. target.Seeds()];
        Assert.NotEmpty(seeds);
        Assert.All(seeds, seed => Assert.True(target.Run(seed), $"{target.Name} refuses its seed {Convert.ToHexString(seed)}"));
    });

    [Fact]
    public void Next_OfOneSeed_MakesTheSameInputs()
    {
        byte[][] corpus = [[], [1, 2, 3], [.. Enumerable.Repeat((byte)7, 100)]];
        byte[][] inputs = Made(seed: 5);

        Assert.Equal(inputs, Made(seed: 5));
        Assert.NotEqual(inputs, Made(seed: 6));
        Assert.Contains(inputs, input => input.Length > 1 && input.AsSpan().StartsWith(corpus[1]));

        byte[][] Made(int seed)
        {
            var mutator = new Mutator(corpus, seed);
            return [.. Enumerable.Range(0, Changes).Select(_ => mutator.Next())];
        }
    }
}
