using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests;

/// <summary>eng/fuzz.sh instruments assemblies by name: a name that no project builds would end it before the first input.</summary>
public sealed partial class FuzzScriptTests
{
    [Fact]
    public void EveryInstrumentedAssembly_IsBuiltByAProject()
    {
        string[] named = Loop().Match(Repository.Read("eng/fuzz.sh")).Groups["names"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] built = [.. Repository.Files("src", "*.csproj").Select(NameOf)];

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(built));
    }

    private static string NameOf(string project) =>
        AssemblyName().Match(Repository.Read(project)) is { Success: true } match ? match.Groups["name"].Value : Path.GetFileNameWithoutExtension(project);

    [GeneratedRegex("for assembly in (?<names>[^;]+);")]
    private static partial Regex Loop();

    [GeneratedRegex("<AssemblyName>(?<name>[^<]+)</AssemblyName>")]
    private static partial Regex AssemblyName();
}
