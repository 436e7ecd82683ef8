using Google.Protobuf;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Commands.Files;

public sealed class ExportCommandTests : IClassFixture<FakeMember>, IDisposable
{
    private const string First = "{\"format\":\"metactl-export/1\",\"revision\":9,\"from_base64\":\"YS8=\",\"to_base64\":\"YTA=\"}\n";
    private const string One = "{\"key\":\"a/1\",\"value\":\"\",\"create_revision\":0,\"mod_revision\":0,\"version\":0}\n";
    private const string Two = "{\"key\":\"a/2\",\"value\":\"\",\"create_revision\":0,\"mod_revision\":0,\"version\":0}\n";
    private const string Last = "{\"format\":\"metactl-export/1\",\"keys\":2}\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("export-").FullName;
    private readonly FakeMember _member;

    public ExportCommandTests(FakeMember member) => _member = member.Clear().On<RangeRequest>("Range", request =>
    {
        string[] keys = [.. ((string[])["a/1", "a/2"]).Where(key => string.CompareOrdinal(key, request.Key.ToStringUtf8()) >= 0)];
        return new RangeResponse { Header = FakeMember.Header, Count = 2, Kvs = { request.CountOnly ? [] : keys.Select(key => new KeyValue { Key = ByteString.CopyFromUtf8(key) }) } };
    });

    private string File => Path.Combine(_folder, "keys");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Export_ToStandardOutput_IsAllOfOneRevision()
    {
        var (code, output, error) = await _member.RunAsync("export", "--prefix", "a/");
        Assert.Equal((0, First + One + Two + Last), (code, output));
        Assert.Matches(@"^exported 2 keys at revision 9: [0-9]+ B in [0-9.]+ s, .+/s\n$", error);
        Assert.Equal([0L, 9L], _member.Requests<RangeRequest>("Range").Select(request => request.Revision));
    }

    [Fact]
    public async Task Resume_AfterACut_ReadsAfterTheLastKey_AtTheSameRevision()
    {
        await System.IO.File.WriteAllTextAsync(File, First + One + Two[..20]);
        Assert.Equal(0, (await _member.RunAsync("export", "--prefix", "a/", "-o", File, "--resume")).Code);
        Assert.Equal(First + One + Two + Last, await System.IO.File.ReadAllTextAsync(File));
        var scan = _member.Requests<RangeRequest>("Range")[^1];
        Assert.Equal(("a/1\0", "a0", 9), (scan.Key.ToStringUtf8(), scan.RangeEnd.ToStringUtf8(), scan.Revision));
    }

    [Fact]
    public async Task Resume_OfACompleteFile_CallsNothing()
    {
        await System.IO.File.WriteAllTextAsync(File, First + One + Two + Last);
        Assert.Equal((0, string.Empty, $"{File} is complete: 2 keys at revision 9\n"), await _member.RunAsync("export", "--prefix", "a/", "-o", File, "--resume"));
        Assert.Empty(_member.Calls);
    }

    [Fact]
    public async Task Export_ToAFileThatExists_LeavesIt()
    {
        await System.IO.File.WriteAllTextAsync(File, "mine");
        Assert.Equal((1, string.Empty, $"Error: {File} exists; --resume continues it\n"), await _member.RunAsync("export", "-o", File));
        Assert.Equal("mine", await System.IO.File.ReadAllTextAsync(File));
    }

    [Theory]
    [InlineData("export x", 128, "export takes no arguments; --prefix selects keys")]
    [InlineData("export --resume", 128, "--resume needs the --output of the export that it continues, and no --rev")]
    [InlineData("export --resume -o x --rev=4", 128, "--resume needs the --output of the export that it continues, and no --rev")]
    [InlineData("export --resume -o /nowhere/x", 6, "Could not find a part of the path '/nowhere/x'.")]
    public async Task Export_WrongWords_SendNothing(string words, int code, string why)
    {
        Assert.Equal((code, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' ')));
        Assert.Empty(_member.Calls);
    }
}
