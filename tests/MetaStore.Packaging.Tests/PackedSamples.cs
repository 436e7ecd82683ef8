using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests;

/// <summary>The folder samples, copied away from the sources and built with the packages. Built once for all tests, deleted at the end.</summary>
/// <param name="packages">The packages.</param>
public sealed class PackedSamples(Packages packages) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-samples-").FullName;

    /// <summary>Names of the samples.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateDirectories(Path.Combine(Programs.SourceTree, "samples")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    public async Task InitializeAsync()
    {
        Copy(new DirectoryInfo(Path.Combine(Programs.SourceTree, "samples")), Path.Combine(_folder, "samples"));
        await Dotnet.RunAsync(["build", Path.Combine(_folder, "samples", "Samples.slnx"), "-v", "quiet", "-nologo", .. RestoreFrom.Packages(packages.Folder, _folder)]);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Where the build of a sample is.</summary>
    internal string Output(string sample) => Path.Combine(_folder, "samples", sample, "bin", "Debug", "net10.0");

    /// <summary>Starts a sample.</summary>
    internal ServerProcess Start(string sample, params string[] arguments) =>
        ServerProcess.Start("dotnet", [Path.Combine(Output(sample), sample + ".dll"), "--contentRoot=" + Output(sample), .. arguments]);

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (FileInfo file in from.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(to, file.Name));
        }

        foreach (DirectoryInfo folder in from.EnumerateDirectories())
        {
            Copy(folder, Path.Combine(to, folder.Name));
        }
    }
}
