using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Commands.Files;

public sealed class SnapshotSaveTests : IClassFixture<FakeMember>, IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 1000).Select(number => (byte)number)];

    private readonly string _folder = Directory.CreateTempSubdirectory("snapshot-").FullName;
    private readonly FakeMember _member;

    public SnapshotSaveTests(FakeMember member) => _member = member.Clear();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(5000)]
    public async Task ToStandardOutput_PartsOfAnySize_AreHashedAsOne(int partBytes)
    {
        Sends([.. Content, .. SHA256.HashData(Content)], partBytes);
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        Terminal.Replace(TerminalStreams.Of(Stream.Null, output, error));
        Assert.Equal(0, await Metactl.RunAsync(["--endpoints", _member.Url, "snapshot", "save", "-"]));
        Assert.Equal((byte[])[.. Content, .. SHA256.HashData(Content)], output.ToArray());
        Assert.StartsWith("Snapshot saved to standard output: 1.0 kB in ", Encoding.UTF8.GetString(error.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToStandardOutput_CutOrShort_IsAnError()
    {
        foreach (var sent in (byte[][])[[.. Content, .. SHA256.HashData(Content)[..31]], [1, 2, 3], []])
        {
            Sends(sent, 64);
            var (code, _, error) = await _member.RunAsync("snapshot", "save", "-");
            Assert.Equal((5, "Error: snapshot: the stream ended early or was changed: its SHA-256 is wrong\n"), (code, error));
        }
    }

    [Fact]
    public async Task ToAFile_ThatIsNoBackup_LeavesNothing()
    {
        Sends([.. Content, .. SHA256.HashData(Content)], 100);
        var path = Path.Combine(_folder, "backup.db");
        var (code, output, error) = await _member.RunAsync("snapshot", "save", path);
        Assert.Equal((5, string.Empty), (code, output));
        Assert.StartsWith($"Error: {path}.part: ", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task ToAFile_StreamFails_KeepsTheBackupBefore()
    {
        var path = Path.Combine(_folder, "backup.db");
        await File.WriteAllTextAsync(path, "yesterday's");
        _member.On<SnapshotRequest>("Snapshot", _ => new object[] { new SnapshotResponse { Blob = ByteString.CopyFrom(Content) }, FakeMember.Failure(StatusCode.Internal, "disk") });
        Assert.Equal((5, string.Empty, "Error: disk\n"), await _member.RunAsync("snapshot", "save", path));
        Assert.Equal("yesterday's", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_folder))));
    }

    [Theory]
    [InlineData("snapshot save", 128, "snapshot save expects one argument")]
    [InlineData("snapshot save a b", 128, "snapshot save expects one argument")]
    [InlineData("snapshot status", 128, "snapshot status requires exactly one argument")]
    [InlineData("snapshot status /nowhere/backup", 1, "Could not find a part of the path '/nowhere/backup'.")]
    [InlineData("snapshot restore a --bump-revision=-1", 128, "--bump-revision must not be negative")]
    [InlineData("snapshot restore a --initial-cluster=b=http://h:1", 128, "--initial-cluster does not name default")]
    public async Task WrongWords_SendNothing(string words, int code, string why)
    {
        Assert.Equal((code, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' ')));
        Assert.Empty(_member.Calls);
    }

    [Fact]
    public async Task OfTwoEndpoints_IsRefused() => Assert.Equal(
        (128, string.Empty, "Error: snapshot must be requested to one selected node, not multiple\n"),
        await InProcess.RunAsync("--endpoints", $"{_member.Url},{_member.Url}", "snapshot", "save", Path.Combine(_folder, "x")));

    private void Sends(byte[] bytes, int partBytes) =>
        _member.On<SnapshotRequest>("Snapshot", _ => bytes.Chunk(partBytes).Select(part => (object)new SnapshotResponse { Blob = ByteString.CopyFrom(part) }).ToArray());
}
