using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Import;

/// <summary>metactl import of lines.</summary>
public sealed class LineImportTests(FakeMember member) : IClassFixture<FakeMember>
{
    private const string First = "{\"format\":\"metactl-export/1\",\"revision\":9,\"from_base64\":\"AA==\",\"to_base64\":\"AA==\"}\n";

    private readonly FakeMember _member = member.Clear().On<PutRequest>("Put", _ => new PutResponse());

    private IEnumerable<string> Put => _member.Requests<PutRequest>("Put").Select(request => $"{request.Key.ToStringUtf8()}={request.Value.ToStringUtf8()}").Order(StringComparer.Ordinal);

    [Fact]
    public async Task Export_IsPut_BelowThePrefix_WithoutLeases()
    {
        var (code, output, error) = await ImportAsync(First + Line("a", "1") + Line("b", "2", lease: "1f") + Last(2), "--prefix", "copy/", "--concurrency=1");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Matches("^imported 2 keys in [0-9.]+ s: [0-9]+ keys/s; 1 of them had a lease and have none now\n$", output);
        Assert.Equal(["copy/a=1", "copy/b=2"], Put);
        Assert.All(_member.Requests<PutRequest>("Put"), request => Assert.Equal(0, request.Lease));
    }

    [Fact]
    public async Task SkipLeased_LeavesThemOut_AndSaysSo()
    {
        var (_, output, _) = await ImportAsync(Line("a", "1") + Line("b", "2", lease: "1f"), "--skip-leased");
        Assert.EndsWith("; 1 keys with a lease were left out\n", output, StringComparison.Ordinal);
        Assert.Equal(["a=1"], Put);
    }

    [Fact]
    public async Task FromLine_ReadsTheLinesBefore_ButDoesNotPutThem()
    {
        Assert.Equal(0, (await ImportAsync(First + Line("a", "1") + Line("b", "2") + Last(2), "--from-line=3")).Code);
        Assert.Equal(["b=2"], Put);
    }

    [Theory]
    [InlineData("", "the export is not complete: 1 keys, and no last line; those are imported")]
    [InlineData("{\"format\":\"metactl-export/1\",\"keys\":5}\n", "the export is not complete: 1 keys, and 5 by its last line; those are imported")]
    public async Task CutExport_IsReported(string last, string why) =>
        Assert.Equal((3, string.Empty, $"Error: {why}\n"), await ImportAsync(First + Line("a", "1") + last));

    [Theory]
    [InlineData("nonsense\n", "it is not JSON, at byte ")]
    [InlineData("[]\n", "it is not an object")]
    [InlineData("\n", "it is not JSON, at byte ")]
    [InlineData("{\"key\":\"b\"}\n", "it has no value")]
    [InlineData("{\"format\":\"other\"}\n", "its format is other, not metactl-export/1")]
    [InlineData("{\"format\":5}\n", null)]
    [InlineData("{\"key\":\"b\",\"value\":\"2\",\"lease\":\"10000000000000000\"}\n", null)]
    public async Task MalformedLine_Stops_AndSaysWhereToContinue(string line, string? why)
    {
        var (code, output, error) = await ImportAsync(Line("a", "1") + line + Line("c", "3"), "--concurrency=4");
        Assert.Equal((3, string.Empty), (code, output));
        Assert.StartsWith($"Error: line 2: {why}", error, StringComparison.Ordinal);
        Assert.EndsWith("; the lines before 2 are imported: continue with --from-line 2\n", error, StringComparison.Ordinal);
        Assert.Equal(["a=1"], Put);
    }

    [Fact]
    public async Task BytesThatAreNoText_AreRefused()
    {
        using var error = new MemoryStream();
        Terminal.Replace(TerminalStreams.Of(new MemoryStream([.. "{\"key\":\"k"u8, 0xff, .. "\",\"value\":\"\"}\n"u8]), Stream.Null, error));
        Assert.Equal(3, await Metactl.RunAsync(["--endpoints", _member.Url, "import", "-"]));
        Assert.StartsWith("Error: line 0: ", Encoding.UTF8.GetString(error.ToArray()), StringComparison.Ordinal);
        Assert.Empty(_member.Calls);
    }

    [Fact]
    public async Task PutRefused_Stops_AfterThoseInFlight()
    {
        _member.On<PutRequest>("Put", request => request.Key == ByteString.CopyFromUtf8("b") ? FakeMember.Failure(StatusCode.ResourceExhausted, "no space") : new PutResponse());
        var (code, _, error) = await ImportAsync(Line("a", "1") + Line("b", "2") + Line("c", "3") + Line("d", "4"), "--concurrency=1");
        Assert.Equal((3, "Error: line 2: no space; the lines before 2 are imported: continue with --from-line 2\n"), (code, error));
        Assert.Equal(["a=1", "b=2"], Put);
    }

    [Theory]
    [InlineData("import", "import needs one file, directory or -")]
    [InlineData("import - --concurrency=0", "--concurrency and --from-line must be at least 1")]
    [InlineData("import - --from-line=0", "--concurrency and --from-line must be at least 1")]
    [InlineData("import - --verify", "--verify is for directories; compare two exports instead")]
    [InlineData("import /nowhere/at/all", "there is no file or directory /nowhere/at/all")]
    public async Task WrongWords_SendNothing(string words, string why)
    {
        Assert.Equal((128, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' '), Line("a", "1")));
        Assert.Empty(_member.Calls);
    }

    private static string Line(string key, string value, string? lease = null) =>
        $"{{\"key\":\"{key}\",\"value\":\"{value}\"{(lease is null ? string.Empty : $",\"lease\":\"{lease}\"")}}}\n";

    private static string Last(int keys) => $"{{\"format\":\"metactl-export/1\",\"keys\":{keys}}}\n";

    private Task<(int Code, string Output, string Error)> ImportAsync(string lines, params string[] flags) => _member.RunAsync(["import", "-", .. flags], lines);
}
