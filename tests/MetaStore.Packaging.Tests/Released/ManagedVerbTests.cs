using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests.Released;

/// <summary>What the native metactl does with data directories, itself or as the managed program that it becomes, and what it costs to start.</summary>
public sealed class ManagedVerbTests(UnpackedRelease release) : IClassFixture<UnpackedRelease>, IDisposable
{
    private const int Calls = 10;

    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-managed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData("memory", "rocksdb")]
    [InlineData("rocksdb", "memory")]
    public async Task RestoredByTheNative_ConvertedThroughIt_IsServed(string restored, string converted)
    {
        release.RequireNative();
        await SaveAsync();
        int[] ports = FreePorts.Take(2);
        string peer = $"http://127.0.0.1:{ports[1]}";
        string data = Path.Combine(_folder, "data");
        string done = await RunAsync(
            $"cat saved | $m snapshot restore - --name n1 --data-dir {data} --engine {restored} --initial-cluster n1={peer} --initial-advertise-peer-urls {peer}"
            + $" && $m wal verify {data} && $m wal inspect {data}");
        Assert.EndsWith("code 0", done, StringComparison.Ordinal);
        if (restored == "memory")
        {
            Assert.Contains($"done: start the node with --engine {converted}", await RunAsync($"$m engine convert --data-dir {data} --to {converted}"), StringComparison.Ordinal);
        }

        await using ServerProcess member = ServerProcess.Start(
            release.MetaStore,
            [
                "--name", "n1", "--data-dir", data, "--engine", restored == "memory" ? converted : restored, "--listen-client-urls", $"http://127.0.0.1:{ports[0]}", "--advertise-client-urls", $"http://127.0.0.1:{ports[0]}",
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"n1={peer}",
            ]);
        await Eventually.TrueAsync(
            () => member.IsRunning ? member.Output.Contains("ready to serve client requests", StringComparison.Ordinal) : throw new InvalidOperationException(member.Output),
            TimeSpan.FromMinutes(2), () => member.Output);
        Assert.Equal("kept\nyes\ncode 0", await UnpackedRelease.RunAsync(release.Native, "$m get kept", $"127.0.0.1:{ports[0]}", _folder));
    }

    /// <summary>A directory that is none, with a name that is no UTF-8: the managed program gets the bytes, and its answer and code come back.</summary>
    [SkippableFact]
    public async Task ArgumentsAndCode_ArePassedOn()
    {
        release.RequireNative();
        const string Line = "$m engine convert --data-dir \"$(printf 'with space \\xff')\" --to=rocksdb";
        string native = await RunAsync(Line);
        Assert.Equal(await UnpackedRelease.RunAsync(release.Managed, Line, "", _folder), native);
        Assert.Contains("is not a data directory", native, StringComparison.Ordinal);
        Assert.EndsWith("code 1", native, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task WithoutTheManagedProgram_OneLineSaysSo()
    {
        release.RequireNative();
        string alone = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "alone", "bin")).FullName, "metactl");
        File.Copy(release.Native, alone);
        string missing = Path.Combine(_folder, "alone", "lib", "metastore", "metactl");
        Assert.Equal(
            $"Error: this verb needs the managed metactl, and there is no {missing}: run the metactl of an archive or package where it was installed\ncode 1",
            await UnpackedRelease.RunAsync(alone, "$m engine convert --data-dir data --to rocksdb", "", _folder));
        Assert.StartsWith("metactl version: ", await UnpackedRelease.RunAsync(alone, "$m version", "", _folder), StringComparison.Ordinal);
    }

    /// <summary>Processor time of a get, against etcdctl's: at most three times as much. The least of several runs, in turn.</summary>
    [SkippableFact]
    public async Task Get_TakesAtMostThreeTimesEtcdctls()
    {
        release.RequireNative();
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed");
        await using ProcessCluster cluster = ProcessCluster.Of(release.MetaStore, 1);
        await cluster.StartAsync();
        await UnpackedRelease.RunAsync(release.Native, "$m put k v", cluster.Endpoints, _folder);
        double native = double.MaxValue, etcdctl = double.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            native = Math.Min(native, await ProcessorTimeAsync(release.Native, cluster.Endpoints));
            etcdctl = Math.Min(etcdctl, await ProcessorTimeAsync(Programs.Etcdctl!, cluster.Endpoints));
        }

        Assert.True(native <= 3 * etcdctl, $"metactl get: {native:0.000} s of processor time for {Calls} calls, etcdctl: {etcdctl:0.000} s");
    }

    private static async Task<double> ProcessorTimeAsync(string program, string endpoints)
    {
        string line = $"TIMEFORMAT='%U %S'; time for i in $(seq {Calls}); do ETCDCTL_API=3 $m --endpoints={endpoints} get k >/dev/null || exit 1; done";
        string[] words = (await UnpackedRelease.RunAsync(program, line, endpoints, Path.GetTempPath())).Split(' ', '\n');
        Assert.Equal(["code", "0"], words[2..]);
        return words[..2].Sum(word => double.Parse(word, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>A backup of a member with a key, in the file saved.</summary>
    private async Task SaveAsync()
    {
        await using ProcessCluster cluster = ProcessCluster.Of(release.MetaStore, 1);
        await cluster.StartAsync();
        string saved = await UnpackedRelease.RunAsync(release.Native, "$m put kept yes && $m snapshot save saved", cluster.Endpoints, _folder);
        Assert.EndsWith("code 0", saved, StringComparison.Ordinal);
    }

    private Task<string> RunAsync(string line) => UnpackedRelease.RunAsync(release.Native, line, "", _folder);
}
