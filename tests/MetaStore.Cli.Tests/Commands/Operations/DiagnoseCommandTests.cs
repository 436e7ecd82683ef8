using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.Versioning;
using Grpc.Core;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Commands.Operations;

[UnsupportedOSPlatform("windows")]
public sealed class DiagnoseCommandTests : IClassFixture<FakeMember>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("diagnose-").FullName;
    private readonly FakeMember _member;
    private readonly FakeMember _other = new();

    public DiagnoseCommandTests(FakeMember member) => _member = member.Clear()
        .On<MemberListRequest>("MemberList", _ => new MemberListResponse { Members = { new Member { Name = "n1", ClientURLs = { _other.Url, "gopher://h:1" } } } })
        .On<AlarmRequest>("Alarm", _ => FakeMember.Failure(StatusCode.PermissionDenied, "etcdserver: permission denied"))
        .On<StatusRequest>("Status", _ => new StatusResponse { Version = "3.6.0" });

    private string Archive => Path.Combine(_folder, "report.tar.gz");

    public Task InitializeAsync() => _other.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _other.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Archive_HasWhatAnswered_AndSaysWhatDidNot()
    {
        var configuration = Path.Combine(_folder, "config.yaml");
        await File.WriteAllTextAsync(configuration, "name: n1\npassword: hunter2\n");

        var (code, output, error) = await _member.RunAsync("diagnose", "-o", Archive, "--config-file", configuration, "--log-file", "/nowhere/log", "--command-timeout=1s");

        Assert.Equal((0, Archive + "\n"), (code, output));
        Assert.Contains("without alarms.json: etcdserver: permission denied\n", error, StringComparison.Ordinal);
        Assert.Contains("without log.txt: Could not find a part of the path '/nowhere/log'.\n", error, StringComparison.Ordinal);
        Assert.Contains("without member gopher://h:1: 'gopher://h:1': the scheme gopher is not known", error, StringComparison.Ordinal);
        var files = await ReadAsync();
        Assert.Contains("n1", files["members.json"], StringComparison.Ordinal);
        Assert.Equal("name: n1\npassword: (left out)\n", files["configuration.txt"]);
        Assert.Equal(error.Replace("without ", string.Empty, StringComparison.Ordinal), files["failures.txt"]);
        Assert.StartsWith("metactl ", files["about.txt"], StringComparison.Ordinal);
        Assert.Equal("3.6.0", System.Text.Json.Nodes.JsonNode.Parse(Assert.Single(files, file => file.Key.EndsWith("/status.json", StringComparison.Ordinal)).Value)!["version"]!.GetValue<string>());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Archive));

        // The other member answers nothing, but was asked: both are sockets.
        Assert.Contains("Status", _other.Calls);
    }

    [Fact]
    public async Task Archive_ThatExists_IsLeft()
    {
        await File.WriteAllTextAsync(Archive, "mine");
        Assert.Equal((1, string.Empty, $"Error: {Archive} exists\n"), await _member.RunAsync("diagnose", "-o", Archive));
        Assert.Equal((128, string.Empty, "Error: diagnose takes no arguments\n"), await _member.RunAsync("diagnose", "now"));
        Assert.Empty(_member.Calls);
    }

    private async Task<Dictionary<string, string>> ReadAsync()
    {
        await using var content = new GZipStream(File.OpenRead(Archive), CompressionMode.Decompress);
        await using var tar = new TarReader(content);
        var files = new Dictionary<string, string>();
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream ?? Stream.Null);
            files.Add(entry.Name.Replace("metactl-diagnose/", string.Empty, StringComparison.Ordinal), await reader.ReadToEndAsync());
        }

        return files;
    }
}
