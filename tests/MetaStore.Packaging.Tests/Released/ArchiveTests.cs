using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests.Released;

/// <summary>The archives of a release: complete without an SDK or a runtime on the machine, and the same bytes for the same commit.</summary>
public sealed class ArchiveTests : IDisposable
{
    private const ushort X64 = 62;
    private const ushort Arm64 = 183;

    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-archive-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Unpacked_BothPrograms_WorkWithoutDotnet()
    {
        ReleasedFiles.Require();
        await Dotnet.RunAsync("tar", ["-xzf", ReleasedFiles.Archive, "-C", _folder, "--strip-components=1"]);
        string metastore = Path.Combine(_folder, "bin", "metastore");
        string metactl = Path.Combine(_folder, "bin", "metactl");
        Assert.Equal($"MetaStore Version: {ReleasedFiles.Version}", (await RunAsync(metastore, "--version")).Split('\n')[1]);

        foreach (string engine in (string[])["memory", "rocksdb"])
        {
            await using var cluster = ProcessCluster.Of(metastore, 1, "--engine", engine);
            cluster.LaunchWith(cluster.Nodes[0], WithoutDotnet);
            await cluster.WaitUntilHealthyAsync(cluster.Nodes[0]);
            Assert.Equal("OK", (await RunAsync(metactl, "--endpoints", cluster.Endpoints, "put", "unpacked", engine)).Trim());
            Assert.Equal($"unpacked\n{engine}", (await RunAsync(metactl, "--endpoints", cluster.Endpoints, "get", "unpacked")).Trim());
        }
    }

    [SkippableFact]
    public void Entries_AreSorted_WithOneTimeAndOwner()
    {
        ReleasedFiles.Require();
        foreach (string archive in ReleasedFiles.Archives)
        {
            TarEntry[] entries = Entries(archive);
            Assert.Equal(entries.Select(entry => entry.Name).Order(StringComparer.Ordinal), entries.Select(entry => entry.Name));
            Assert.Single(entries.Select(entry => entry.ModificationTime).Distinct());
            Assert.All(entries, entry => Assert.Equal((0, 0), (entry.Uid, entry.Gid)));
            Assert.All(
                (string[])["share/doc/metastore/LICENSE", "share/doc/metastore/THIRD-PARTY-NOTICES.txt", "share/metastore/config.yaml", "lib/metastore/libcoreclr.so"],
                file => Assert.Contains(entries, entry => entry.Name.EndsWith("/" + file, StringComparison.Ordinal)));
        }
    }

    [SkippableFact]
    public void NativeFiles_AreForTheArchivesProcessor()
    {
        ReleasedFiles.Require();
        foreach (string archive in ReleasedFiles.Archives)
        {
            ushort expected = archive.EndsWith("-arm64.tar.gz", StringComparison.Ordinal) ? Arm64 : X64;
            (string Name, ushort Machine)[] native = Machines(archive);
            Assert.All(native, file => Assert.Equal((file.Name, expected), file));
            Assert.All((string[])["metastore", "metactl", "librocksdb.so"], name => Assert.Single(native, file => file.Name.EndsWith($"/lib/metastore/{name}", StringComparison.Ordinal)));
        }
    }

    [SkippableFact]
    public async Task Sums_AreThoseOfAllFiles()
    {
        ReleasedFiles.Require();
        var expected = new List<string>();
        foreach (string file in ReleasedFiles.Archives.Concat(Directory.GetFiles(ReleasedFiles.Folder!, "*.deb")))
        {
            await using FileStream content = File.OpenRead(file);
            expected.Add($"{Convert.ToHexStringLower(await SHA256.HashDataAsync(content))}  {Path.GetFileName(file)}");
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), (await File.ReadAllLinesAsync(Path.Combine(ReleasedFiles.Folder!, "SHA256SUMS"))).Order(StringComparer.Ordinal));
    }

    private static readonly Dictionary<string, string> WithoutDotnet = new() { ["PATH"] = "/nonexistent", ["DOTNET_ROOT"] = "/nonexistent" };

    private static Task<string> RunAsync(string program, params string[] arguments) =>
        Dotnet.RunAsync("/usr/bin/env", [.. WithoutDotnet.Select(pair => $"{pair.Key}={pair.Value}"), program, .. arguments]);

    private static TarEntry[] Entries(string archive)
    {
        using var reader = new TarReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry() is { } entry)
        {
            entries.Add(entry);
        }

        return [.. entries];
    }

    /// <summary>ELF files and their field e_machine (ELF specification, at offset 18).</summary>
    private static (string Name, ushort Machine)[] Machines(string archive)
    {
        using var reader = new TarReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
        var found = new List<(string, ushort)>();
        Span<byte> start = stackalloc byte[20];
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { Length: >= 20 } data)
            {
                data.ReadExactly(start);
                if (start[..4].SequenceEqual("\u007fELF"u8))
                {
                    found.Add((entry.Name, BitConverter.ToUInt16(start[18..])));
                }
            }
        }

        return [.. found];
    }
}
