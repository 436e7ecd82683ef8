using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using MetaStore.Cli.Check;
using MetaStore.Cli.Pages;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>Export and import, backups by pipe, status, diagnose and top, on a real member.</summary>
[Collection(nameof(OneAtATime))]
[UnsupportedOSPlatform("windows")]
public sealed class OperatorTests(OneMember member) : IClassFixture<OneMember>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("operator-").FullName;

    private string File(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Export_Imported_IsTheSame_AndBinarySafe()
    {
        byte[] binary = [0, 255, 10, 34, 195];
        await member.Client.Kv.PutAsync("exp/text \"\u00e9\n", "value\t1");
        await member.Client.Kv.PutAsync((Bytes)(byte[])[.. "exp/"u8, .. binary], (Bytes)binary);
        await member.Client.Kv.PutAsync(new PutRequest { Key = ((Bytes)"exp/leased").Content, Lease = 0x1234 });

        var (code, said) = await member.RunAsync("export", "--prefix", "exp/", "--output", File("keys"));
        Assert.True(code == 0 && said.StartsWith("exported 3 keys at revision ", StringComparison.Ordinal), said);
        Assert.Equal((1, $"Error: {File("keys")} exists; --resume continues it"), await member.RunAsync("export", "--prefix", "exp/", "--output", File("keys")));
        Assert.Contains("\"lease\":\"1234\"", await System.IO.File.ReadAllTextAsync(File("keys")), StringComparison.Ordinal);

        (code, said) = await member.RunAsync("import", File("keys"), "--prefix", "copy/");
        Assert.True(code == 0 && said.EndsWith("; 1 of them had a lease and have none now", StringComparison.Ordinal), said);
        Assert.Equal("value\t1", (await member.Client.Kv.GetAsync("copy/exp/text \"\u00e9\n"))!.Value.ToStringUtf8());
        Assert.Equal(binary, (await member.Client.Kv.GetAsync((Bytes)(byte[])[.. "copy/exp/"u8, .. binary]))!.Value.ToByteArray());
        Assert.Equal(0, (await member.Client.Kv.GetAsync("copy/exp/leased"))!.Lease);

        (code, said) = await member.RunAsync("import", File("keys"), "--prefix", "some/", "--skip-leased");
        Assert.True(code == 0 && said.EndsWith("; 1 keys with a lease were left out", StringComparison.Ordinal), said);
        Assert.Null(await member.Client.Kv.GetAsync("some/exp/leased"));
    }

    [Fact]
    public async Task Export_CutAnywhere_ResumesToTheSameFile()
    {
        for (var i = 0; i < 20; i++)
        {
            await member.Client.Kv.PutAsync($"res/{i:00}", new string('v', i));
        }

        Assert.Equal(0, (await member.RunAsync("export", "--prefix", "res/", "--output", File("whole"))).Code);
        await member.Client.Kv.PutAsync("res/later", "not of that revision");
        var whole = await System.IO.File.ReadAllBytesAsync(File("whole"));
        foreach (var length in (int[])[Array.IndexOf(whole, (byte)'\n') + 1, 300, 777, whole.Length - 5, whole.Length])
        {
            await System.IO.File.WriteAllBytesAsync(File("cut"), whole[..length]);
            var (code, output, error) = await InProcess.RunAsync("--endpoints", member.Endpoint, "export", "--prefix", "res/", "--output", File("cut"), "--resume");
            Assert.True(code == 0, output + error);
            Assert.Equal(whole, await System.IO.File.ReadAllBytesAsync(File("cut")));
        }

        var (refused, _, why) = await InProcess.RunAsync("--endpoints", member.Endpoint, "export", "--prefix", "other/", "--output", File("cut"), "--resume");
        Assert.Equal(3, refused);
        Assert.Contains("it is an export of another range", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"key\":\"bad/1\",\"value\":\"1\"}\nnonsense\n", "Error: line 2: it is not JSON")]
    [InlineData("{\"key\":\"bad/1\",\"value\":\"1\"}\n{\"key\":\"bad/2\"}\n", "Error: line 2: it has no value; the lines before 2 are imported: continue with --from-line 2")]
    [InlineData("{\"key\":\"bad/1\",\"value\":\"1\"}\n{\"key\":\"\",\"value\":\"\"}\n", "Error: line 2: the key is empty")]
    [InlineData("{\"format\":\"metactl-export/1\",\"revision\":1}\n{\"key\":\"bad/1\",\"value\":\"1\"}\n", "Error: the export is not complete: 1 keys, and no last line")]
    [InlineData("{\"format\":\"metactl-export/9\"}\n", "Error: line 1: its format is metactl-export/9, not metactl-export/1")]
    public async Task Import_OfADamagedFile_SaysWhere(string lines, string why)
    {
        var (code, output, error) = await InProcess.RunAsync(["--endpoints", member.Endpoint, "import", "-"], lines, new Dictionary<string, string>());
        Assert.Equal((3, string.Empty), (code, output));
        Assert.StartsWith(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_FromALine_LeavesOutTheEarlierOnes()
    {
        const string Lines = "{\"key\":\"from/1\",\"value\":\"1\"}\n{\"key\":\"from/2\",\"value\":\"2\"}";
        var (code, output, error) = await InProcess.RunAsync(["--endpoints", member.Endpoint, "import", "-", "--from-line", "2"], Lines, new Dictionary<string, string>());
        Assert.True(code == 0 && output.StartsWith("imported 1 keys in ", StringComparison.Ordinal), error);
        Assert.Null(await member.Client.Kv.GetAsync("from/1"));
        Assert.Equal("2", (await member.Client.Kv.GetAsync("from/2"))!.Value.ToStringUtf8());
    }

    [Fact]
    public async Task Snapshot_ByPipe_IsRestored()
    {
        var (code, output) = await OneMember.EndAsync(ServerProcess.Start("/bin/bash",
        [
            "-c", $"set -o pipefail; {Programs.Metactl} --endpoints {member.Endpoint} snapshot save - | gzip | gunzip | tee {File("saved")} | {Programs.Metactl} snapshot restore - --name n1 --data-dir {File("n1")}",
        ]));
        Assert.True(code == 0, output);
        Assert.Matches("Snapshot saved to standard output: [0-9.]+ [kM]?B in [0-9.]+ s, ", output);
        Assert.Contains($"Restored to {File("n1")}: member ", output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(File("n1"), "wal")));
        Assert.Equal(["n1", "saved"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(0, (await member.RunAsync("snapshot", "status", File("saved"))).Code);

        var cut = (await System.IO.File.ReadAllBytesAsync(File("saved")))[..^1];
        await System.IO.File.WriteAllBytesAsync(File("saved"), cut);
        (code, output) = await OneMember.EndAsync(ServerProcess.Start("/bin/bash", ["-c", $"{Programs.Metactl} snapshot restore - --data-dir {File("n2")} < {File("saved")}"]));
        Assert.Equal(1, code);
        Assert.Equal(["n1", "saved"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Status_HasEtcdctl36sColumns_AndTheLagInTheTable()
    {
        var (code, table) = await member.RunAsync("endpoint", "status", "-w", "table");
        Assert.Equal(0, code);
        string[] titles = [.. table.Split('\n')[1].Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        Assert.Equal(["DB SIZE", "IN USE", "PERCENTAGE NOT IN USE", "QUOTA"], titles[4..8]);
        string[] cells = [.. table.Split('\n')[3].Split('|')[1..^1].Select(cell => cell.Trim())];
        Assert.Equal(titles.Length, cells.Length);
        Assert.Equal(("LAG", "0"), (titles[^1], cells[^1]));
        var (_, simple) = await member.RunAsync("endpoint", "status");
        Assert.Equal(16, simple.Split(", ").Length);
    }

    [Fact]
    public async Task DataScale_WritesKeys_AndReadsTheMembersMemory()
    {
        using var pages = new MemberPages(MetaStoreClientOptions.Parse(member.Endpoint));
        var (passes, lines) = await new DataScaleCheck(member.Client, pages, new Uri($"http://{member.Endpoint}")).RunAsync(new DataScale(100, 10), "scale/", CancellationToken.None);
        Assert.True(passes);
        Assert.Matches(@"^PASS: Approximate system memory used : -?[0-9.]+ MB\.$", Assert.Single(lines));
        var range = KeyRange.Prefix("scale/");
        Assert.Equal(100, (await member.Client.Kv.RangeAsync(new RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, CountOnly = true })).Count);
    }

    [Fact]
    public async Task Diagnose_HasWhatAReportNeeds_AndNoSecret()
    {
        await System.IO.File.WriteAllTextAsync(File("config.yaml"), "server:\n  name: n1\n  password: hunter2\n  max-wals: 5\n");
        var (code, output, error) = await InProcess.RunAsync(
            "--endpoints", $"{member.Endpoint}", "--user", "root:hunter2", "diagnose", "--output", File("report.tar.gz"), "--config-file", File("config.yaml"), "--log-file", File("none.log"));
        Assert.True(code == 0, error);
        Assert.Equal(File("report.tar.gz") + "\n", output);
        Assert.StartsWith("without log.txt: ", error, StringComparison.Ordinal);

        var files = new Dictionary<string, string>();
        await using var gzip = new GZipStream(System.IO.File.OpenRead(File("report.tar.gz")), CompressionMode.Decompress);
        using var content = new MemoryStream();
        await gzip.CopyToAsync(content);
        Assert.DoesNotContain("hunter2", Encoding.Latin1.GetString(content.ToArray()), StringComparison.Ordinal);
        content.Position = 0;
        using var tar = new TarReader(content);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            using var text = new StreamReader(entry.DataStream ?? Stream.Null);
            files.Add(entry.Name["metactl-diagnose/".Length..], await text.ReadToEndAsync());
        }

        var folder = $"members/{member.Endpoint.Replace(':', '_')}";
        Assert.Equal("server:\n  name: n1\n  password: (left out)\n  max-wals: 5\n", files["configuration.txt"]);
        Assert.Contains("etcd_server_has_leader 1", files[$"{folder}/metrics.txt"], StringComparison.Ordinal);
        Assert.Contains("\"raftAppliedIndex\"", files[$"{folder}/status.json"], StringComparison.Ordinal);
        Assert.Equal(
            ["about.txt", "alarms.json", "configuration.txt", "failures.txt", "members.json", .. ((string[])["batching.json", "health.txt", "livez.txt", "metrics.txt", "readyz.txt", "status.json", "version.txt"]).Select(name => $"{folder}/{name}"), "silent-members.json"],
            files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File("report.tar.gz")));
    }

    [Fact]
    public async Task Top_ShowsWhoseKeysAreWritten()
    {
        await using var top = member.Metactl("top", "--prefix", "top/", "--interval", "300ms", "-w", "json");
        await MetaStore.Testing.Eventually.TrueAsync(
            async () =>
            {
                await member.Client.Kv.PutAsync("top/a/1", "12345");
                return top.Output.Contains("\"prefix\":\"top/a/\"", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(60),
            () => top.Output);
        using var line = JsonDocument.Parse(top.Output.Split('\n').First(line => line.Contains("top/a/", StringComparison.Ordinal)));
        Assert.Equal(12, line.RootElement.GetProperty("prefixes")[0].GetProperty("largest").GetInt64());
    }
}
