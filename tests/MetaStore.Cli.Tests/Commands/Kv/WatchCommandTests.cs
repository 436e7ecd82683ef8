using Google.Protobuf;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Commands.Kv;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Commands.Kv;

public sealed class WatchCommandTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear();

    private static WatchResponse OnePut => new()
    {
        Header = FakeMember.Header,
        Events = { new Event { Kv = new KeyValue { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("\"v\""), ModRevision = 9 } } },
    };

    [Fact]
    public void Words_FlagsAndProgram_AreRead()
    {
        var words = WatchCommand.Parse(InProcess.Parse("watch", "a", "b", "--rev=3", "--prev-kv", "--progress-notify", "--", "echo", "--rev=9"));
        Assert.Equal(
            new WatchCreateRequest { Key = ByteString.CopyFromUtf8("a"), RangeEnd = ByteString.CopyFromUtf8("b"), StartRevision = 3, PrevKv = true, ProgressNotify = true }, words.Request);
        Assert.Equal(["echo", "--rev=9"], words.Program);
    }

    [Fact]
    public void Words_OfThreeOnlyTheFirstIsWatched_AsEtcdctlDoes() =>
        Assert.Equal(new WatchCreateRequest { Key = ByteString.CopyFromUtf8("a") }, WatchCommand.Parse(InProcess.Parse("watch", "a", "b", "c")).Request);

    [Theory]
    [InlineData("k", "", "watch", "k", "")]
    [InlineData("k", "m", "watch -- echo", "k", "m")]
    public void Words_FromVariables_AreKeyAndRangeEnd(string key, string end, string words, string expectedKey, string expectedEnd)
    {
        Variables.Replace(new Dictionary<string, string> { ["ETCDCTL_WATCH_KEY"] = key, ["ETCDCTL_WATCH_RANGE_END"] = end });
        var request = WatchCommand.Parse(InProcess.Parse(words.Split(' '))).Request;
        Assert.Equal((expectedKey, expectedEnd), (request.Key.ToStringUtf8(), request.RangeEnd.ToStringUtf8()));
    }

    [Theory]
    [InlineData("k", "", "watch other", "bad number of arguments (found conflicting environment key)")]
    [InlineData("", "m", "watch other", "ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END")]
    [InlineData("", "", "watch", "bad number of arguments: write watch KEY [RANGE_END] [-- PROGRAM ARGS]")]
    [InlineData("", "", "watch k --", "bad number of arguments (found separator --, but no commands)")]
    [InlineData("", "", "watch a b --prefix", "`range_end` and `--prefix` are mutually exclusive")]
    public async Task Words_ThatContradict_AreRefused(string key, string end, string words, string why)
    {
        var variables = new Dictionary<string, string> { ["ETCDCTL_WATCH_KEY"] = key, ["ETCDCTL_WATCH_RANGE_END"] = end };
        Assert.Equal((128, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' '), string.Empty, variables));
        Assert.Empty(_member.Calls);
    }

    [Fact]
    public async Task Watch_Compacted_NamesTheOldestRevision()
    {
        _member.On<WatchRequest>("Watch", _ => new WatchResponse { Header = FakeMember.Header, Canceled = true, CompactRevision = 17 });
        var (code, output, error) = await _member.RunAsync("watch", "k", "--rev=1");
        Assert.Equal((5, string.Empty), (code, output));
        Assert.Equal(
            "watch was canceled (etcdserver: mvcc: required revision has been compacted)\nError: watch is canceled by the server; the oldest revision to watch from is 17\n", error);
    }

    [Fact]
    public async Task Watch_Refused_EndsWithTheServersReason()
    {
        _member.On<WatchRequest>("Watch", _ => new WatchResponse { Header = FakeMember.Header, Canceled = true, CancelReason = "etcdserver: permission denied" });
        Assert.Equal((1, string.Empty, "Error: etcdserver: permission denied\n"), await _member.RunAsync("watch", "k"));
    }

    [Fact]
    public async Task Watch_ProgramFails_EndsWithItsCode_AndVariablesAreQuoted()
    {
        _member.On<WatchRequest>("Watch", _ => new object[] { new WatchResponse { Created = true, Header = FakeMember.Header }, OnePut });
        const string Script = """test "$ETCD_WATCH_REVISION $ETCD_WATCH_EVENT_TYPE $ETCD_WATCH_KEY $ETCD_WATCH_VALUE" = '9 "PUT" "k" "\"v\""' && exit 3""";
        Assert.Equal(
            (1, "PUT\nk\n\"v\"\n", "Error: command sh error (exit status 3)\n"), await _member.RunAsync("watch", "k", "--", "sh", "-c", Script));
    }

    [Fact]
    public async Task Watch_ProgramThatIsNot_IsNamed()
    {
        _member.On<WatchRequest>("Watch", _ => OnePut);
        var (code, _, error) = await _member.RunAsync("watch", "k", "--", "/nowhere/program");
        Assert.Equal(1, code);
        Assert.StartsWith("Error: cannot run /nowhere/program: ", error, StringComparison.Ordinal);
    }
}
