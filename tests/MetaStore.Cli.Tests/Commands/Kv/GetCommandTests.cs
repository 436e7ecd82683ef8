using Google.Protobuf;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Commands.Kv;

public sealed class GetCommandTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear().On<RangeRequest>("Range", _ => new RangeResponse
    {
        Header = FakeMember.Header,
        Kvs = { Pair("a", "1"), Pair("b\n", "\\x") },
        Count = 5,
        More = true,
    });

    [Fact]
    public async Task Get_Flags_ArriveInTheRequest()
    {
        await _member.RunAsync("get", "a", "b", "--limit=0x10", "--rev=7", "--order=descend", "--sort-by=Modify", "--consistency=s", "--keys-only");
        var expected = new RangeRequest
        {
            Key = ByteString.CopyFromUtf8("a"),
            RangeEnd = ByteString.CopyFromUtf8("b"),
            Limit = 16,
            Revision = 7,
            SortOrder = RangeRequest.Types.SortOrder.Descend,
            SortTarget = RangeRequest.Types.SortTarget.Mod,
            Serializable = true,
            KeysOnly = true,
        };
        Assert.Equal(expected, Assert.Single(_member.Requests<RangeRequest>("Range")));
    }

    [Theory]
    [InlineData("", RangeRequest.Types.SortTarget.Key)]
    [InlineData("--sort-by=key", RangeRequest.Types.SortTarget.Key)]
    [InlineData("--sort-by=CREATE", RangeRequest.Types.SortTarget.Create)]
    [InlineData("--sort-by=value", RangeRequest.Types.SortTarget.Value)]
    [InlineData("--sort-by=version", RangeRequest.Types.SortTarget.Version)]
    public async Task Get_SortBy_IsATarget_AndNoOrder(string flag, RangeRequest.Types.SortTarget target)
    {
        await _member.RunAsync(["get", "a", .. flag.Split(' ', StringSplitOptions.RemoveEmptyEntries)], string.Empty);
        var request = Assert.Single(_member.Requests<RangeRequest>("Range"));
        Assert.Equal((target, RangeRequest.Types.SortOrder.None, false), (request.SortTarget, request.SortOrder, request.Serializable));
    }

    [Theory]
    [InlineData("", "a\n1\nb\n\n\\x\n")]
    [InlineData("--print-value-only", "1\n\\x\n")]
    [InlineData("--count-only", "5\n")]
    [InlineData("--hex", "\\x61\n\\x31\n\\x62\\x0a\n\\x5c\\x78\n")]
    public async Task Get_SimpleOutput_IsEtcdctls(string flag, string output) =>
        Assert.Equal((0, output, string.Empty), await _member.RunAsync(["get", "a", .. flag.Split(' ', StringSplitOptions.RemoveEmptyEntries)], string.Empty));

    [Fact]
    public async Task Get_CountOnlyAsJson_PrintsTheWholeAnswer()
    {
        var (_, output, _) = await _member.RunAsync("get", "a", "--count-only", "-wjson");
        Assert.EndsWith("\"more\":true,\"count\":5}\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get", 128, "get command needs one argument as key and an optional argument as range_end")]
    [InlineData("get a --keys-only --count-only", 128, "`--keys-only` and `--count-only` cannot be set at the same time, choose one")]
    [InlineData("get a --print-value-only -w json", 128, "print-value-only is only for `--write-out=simple`")]
    [InlineData("get a --prefix --from-key", 128, "`--prefix` and `--from-key` cannot be set at the same time, choose one")]
    [InlineData("get a b --prefix", 128, "too many arguments, only accept one argument when `--prefix` or `--from-key` is set")]
    [InlineData("get a b --from-key", 128, "too many arguments, only accept one argument when `--prefix` or `--from-key` is set")]
    [InlineData("get a --order=up", 4, "bad sort order \"UP\"; write ASCEND or DESCEND")]
    [InlineData("get a --sort-by=size", 4, "bad sort target \"SIZE\"; write CREATE, KEY, MODIFY, VALUE or VERSION")]
    [InlineData("get a --consistency=x", 4, "unknown consistency flag \"x\"; write l or s")]
    [InlineData("get a --limit=1e3", 1, "invalid argument \"1e3\" for \"--limit\" flag: strconv.ParseInt: parsing \"1e3\": invalid syntax")]
    public async Task Get_WrongWords_SendNothing(string words, int code, string why)
    {
        Assert.Equal((code, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' ')));
        Assert.Empty(_member.Calls);
    }

    private static KeyValue Pair(string key, string value) => new() { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) };
}
