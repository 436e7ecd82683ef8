using System.Runtime.InteropServices;
using MetaStore.Testing.Processes;

namespace MetaStore.Crashes.Tests.DiskFaults;

/// <summary>The native library that a member loads, and directories of a newer version.</summary>
public sealed class EngineLibraryTests
{
    private const int BadConfiguration = 64;
    private const int Damaged = 66;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact(DisplayName = "a member on RocksDB maps the library of its own folder and no other")]
    public async Task Member_MapsItsOwnLibrary()
    {
        await using var cluster = await StartedAsync();

        var mapped = File.ReadLines($"/proc/{cluster.Nodes[0].Process!.Id}/maps")
            .Where(line => line.Contains("librocksdb", StringComparison.Ordinal)).Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..]);
        var file = Assert.Single(mapped.Distinct());
        var folder = Path.GetDirectoryName(Programs.MetaStore)!;

        // A program for one platform has it beside it, one for all below runtimes.
        Assert.Contains(Path.GetDirectoryName(file), new[] { folder, Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native") });
    }

    [Fact(DisplayName = "a directory written by a version to come is refused: one line that names the file, exit 66")]
    public async Task DirectoryOfAVersionToCome_IsRefusedInOneLine()
    {
        await using var cluster = await StartedAsync();
        var node = cluster.Nodes[0];
        await node.Process!.TerminateAsync();
        var table = Directory.EnumerateFiles(Path.Combine(node.DataDirectory, "engine"), "*.sst", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(table);
        bytes[^12] = 99;
        await File.WriteAllBytesAsync(table, bytes);

        cluster.Launch(node);

        Assert.Equal(Damaged, await node.Process!.WaitForExitAsync(Limit));
        var line = Assert.Single(node.Process.Output.Split('\n'), line => line.StartsWith("metastore: ", StringComparison.Ordinal));
        Assert.Contains(Path.GetFileName(table), line, StringComparison.Ordinal);
        Assert.Contains("format_version", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", node.Process.Output, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "a member whose library is missing says so: one line, exit 64")]
    public async Task MissingLibrary_IsOneLine()
    {
        var folder = Directory.CreateTempSubdirectory("metastore-no-library-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Programs.MetaStore)!).Where(file => !file.EndsWith("librocksdb.so", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }

            await using var cluster = ProcessCluster.Of(Path.Combine(folder.FullName, "metastore"), 1, EngineFlags.Of("rocksdb"));
            cluster.Launch(cluster.Nodes[0]);

            Assert.Equal(BadConfiguration, await cluster.Nodes[0].Process!.WaitForExitAsync(Limit));
            var line = Assert.Single(cluster.Nodes[0].Process!.Output.Split('\n'), line => line.StartsWith("metastore: ", StringComparison.Ordinal));
            Assert.Contains("the storage engine \"rocksdb\" cannot be used", line, StringComparison.Ordinal);
            Assert.Contains(folder.FullName, line, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<ProcessCluster> StartedAsync()
    {
        var cluster = ProcessCluster.OfMetaStore(1, EngineFlags.Of("rocksdb"));
        await cluster.StartAsync();
        return cluster;
    }
}
