using System.IO.Compression;
using System.Xml.Linq;
using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests;

/// <summary>Everything that <c>dotnet pack MetaStore.sln</c> makes of what these tests were built with. Packed once for all of them, deleted at the end.</summary>
public sealed class Packages : IAsyncLifetime
{
    /// <summary>Where the packages are.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("metastore-packages-").FullName;

    public Task InitializeAsync() => Dotnet.RunAsync(
        "pack", Path.Combine(Programs.SourceTree, "MetaStore.sln"), "--no-build", "-c", Dotnet.Configuration, "-o", Folder, "-v", "quiet", "-nologo");

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Ids of all packages with this ending, in order.</summary>
    /// <param name="ending">"nupkg", or "snupkg" for those of symbols.</param>
    internal string[] Ids(string ending) =>
        [.. Directory.EnumerateFiles(Folder, $"*.{ending}").Select(file => Read(file, Nuspec).Element("id")!.Value).Order(StringComparer.Ordinal)];

    /// <summary>The metadata of a package, with its elements' names but not their namespace.</summary>
    internal XElement Metadata(string id) => Read(FileOf(id), Nuspec);

    /// <summary>The version of a package.</summary>
    internal string Version(string id) => Metadata(id).Element("version")!.Value;

    /// <summary>Paths of the files in a package.</summary>
    internal string[] Contents(string id) => Read(FileOf(id), package => package.Entries.Select(entry => entry.FullName).ToArray());

    /// <summary>Paths of the files in a package of symbols.</summary>
    internal string[] Symbols(string id) => Read(FileOf(id, "snupkg"), package => package.Entries.Select(entry => entry.FullName).ToArray());

    private string FileOf(string id, string ending = "nupkg") =>
        Assert.Single(Directory.EnumerateFiles(Folder, $"*.{ending}"), file => Read(file, Nuspec).Element("id")!.Value == id);

    private static T Read<T>(string file, Func<ZipArchive, T> read)
    {
        using var package = ZipFile.OpenRead(file);
        return read(package);
    }

    private static XElement Nuspec(ZipArchive package)
    {
        using var stream = Assert.Single(package.Entries, entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        var metadata = XDocument.Load(stream).Root!;
        foreach (var element in metadata.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        return metadata.Element("metadata")!;
    }
}
