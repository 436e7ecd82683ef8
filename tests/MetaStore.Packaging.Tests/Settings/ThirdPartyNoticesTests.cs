using System.Text.Json;
using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests.Settings;

/// <summary>packaging/THIRD-PARTY-NOTICES.txt names every package that the two programs contain.</summary>
public sealed class ThirdPartyNoticesTests
{
    [Fact]
    public void EveryPackageOfThePrograms_IsNamed()
    {
        string[] named = File.ReadAllText(Path.Combine(Programs.SourceTree, "packaging", "THIRD-PARTY-NOTICES.txt")).Split([' ', ',', '\n', '\r']);
        string[] contained = [.. ((string[])[Programs.MetaStore, Programs.Metactl]).SelectMany(Packages).Distinct()];
        Assert.Contains("RocksDB", contained);
        Assert.Empty(contained.Except(named));
    }

    private static IEnumerable<string> Packages(string program)
    {
        using var dependencies = JsonDocument.Parse(File.ReadAllText(program + ".deps.json"));
        return
        [
            .. dependencies.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(library => library.Value.GetProperty("type").GetString() == "package")
                .Select(library => library.Name.Split('/')[0]),
        ];
    }
}
