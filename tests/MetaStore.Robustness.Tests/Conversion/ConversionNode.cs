using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Conversion;

/// <summary>A member with a few MB of data whose directory is converted, interrupted, restored and started with either engine.</summary>
internal sealed class ConversionNode : IAsyncDisposable
{
    private const int EngineOffset = 12;
    private const int Keys = 4000;
    private const int ValueBytes = 4 << 10;
    private static readonly string[] Flags = ["--snapshot-count", "1000", "--batch-policy", "off", "--rocksdb-write-buffer-bytes", "1MiB"];

    private readonly ProcessCluster _cluster = ProcessCluster.OfMetaStore(1, Flags);
    private readonly DirectoryInfo _original = Directory.CreateTempSubdirectory("metastore-original-");

    private ConversionNode()
    {
    }

    public ClusterNode Node => _cluster.Nodes[0];

    /// <summary>Revision and HashKV of the original.</summary>
    public (long Revision, uint Hash) Expected { get; private set; }

    /// <summary>The engine in the directory's identity file.</summary>
    public string Engine => File.ReadAllBytes(Path.Combine(Node.DataDirectory, "identity"))[EngineOffset] == 1 ? "rocksdb" : "memory";

    /// <summary>Writes data to a member with that engine and kills it with SIGKILL.</summary>
    public static async Task<ConversionNode> CreateAsync(string engine)
    {
        var made = new ConversionNode();
        made._cluster.Launch(made.Node, "--engine", engine);
        await made._cluster.WaitUntilHealthyAsync(made.Node);
        using (var client = ClusterProbe.ClientOf(made.Node))
        {
            await Parallel.ForAsync(0, Keys, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, stop) =>
                await client.Kv.PutAsync($"convert/{i % (Keys / 2):d6}", $"{i}/" + new string((char)('a' + (i % 26)), ValueBytes), stop));
        }

        made.Expected = await made.HashAsync();
        await made.Node.Process!.KillAsync();
        CopyTree(made.Node.DataDirectory, made._original.FullName);
        return made;
    }

    /// <summary>Restores the directory to its state before any conversion.</summary>
    public void PutBack()
    {
        Directory.Delete(Node.DataDirectory, recursive: true);
        CopyTree(_original.FullName, Node.DataDirectory);
    }

    public ServerProcess StartConversion(string to) =>
        ServerProcess.Start(Programs.Metactl, ["engine", "convert", "--data-dir", Node.DataDirectory, "--to", to]);

    /// <summary>Starts the member with the engine of its directory, compares the state over the API, and stops it.</summary>
    public async Task StartAndCompareAsync(string where)
    {
        var engine = Engine;
        _cluster.Launch(Node, "--engine", engine);
        await _cluster.WaitUntilHealthyAsync(Node);
        Assert.Equal((where, Expected), (where, await HashAsync()));
        using (var client = ClusterProbe.ClientOf(Node))
        {
            await client.Kv.PutAsync("convert/after", engine);
        }

        await Node.Process!.KillAsync();
    }

    /// <summary>Starts the member with the given engine and expects it to exit with an error.</summary>
    public async Task<(int ExitCode, string Output)> StartExpectingExitAsync(string engine)
    {
        _cluster.Launch(Node, "--engine", engine);
        return (await Node.Process!.WaitForExitAsync(TimeSpan.FromSeconds(30)), Node.Process.Output);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _original.Delete(recursive: true);
    }

    private async Task<(long Revision, uint Hash)> HashAsync()
    {
        using var client = ClusterProbe.ClientOf(Node);
        var answer = await client.Maintenance.HashKVAsync(new MetaStore.Protocol.Etcd.HashKVRequest());
        return (answer.Header.Revision, answer.Hash);
    }

    private static void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
