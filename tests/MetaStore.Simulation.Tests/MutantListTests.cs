using MetaStore.Simulation.Mutants;

namespace MetaStore.Simulation.Tests;

/// <summary>Every mutant can still be applied to the sources: one that cannot would leave its test without a bug to detect.</summary>
public sealed class MutantListTests
{
    [Theory]
    [InlineData("tests/MetaStore.Simulation/Mutants/mutants.txt")]
    [InlineData("tests/MetaStore.Crashes.Tests/Mutants/mutants.txt")]
    public void EveryEdit_FindsItsTextExactlyOnce(string list)
    {
        string root = FindRoot();
        string[] lines = File.ReadAllLines(Path.Combine(root, list));
        string copy = Directory.CreateTempSubdirectory("mutants").FullName;
        try
        {
            foreach (string file in lines.Where(line => line.StartsWith("@ ", StringComparison.Ordinal)).Select(line => line[2..]).Distinct())
            {
                string target = Path.Combine(copy, file);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(Path.Combine(root, "src", file), target);
            }

            MutantPatches.Apply(Path.Combine(root, list), copy);
            Assert.Contains(lines, line => line.StartsWith("+ ", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MetaStore.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("MetaStore.sln was not found above the test's folder");
    }
}
