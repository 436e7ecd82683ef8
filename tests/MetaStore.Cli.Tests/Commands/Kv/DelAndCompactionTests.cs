using Google.Protobuf;
using Grpc.Core;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Commands.Kv;

public sealed class DelAndCompactionTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear();

    [Fact]
    public async Task Del_FromKey_DeletesAllFromIt_AndPrintsThePairs()
    {
        _member.On<DeleteRangeRequest>("DeleteRange", _ => new DeleteRangeResponse
        {
            Deleted = 1, PrevKvs = { new KeyValue { Key = ByteString.CopyFromUtf8("a"), Value = ByteString.CopyFromUtf8("1") } },
        });

        Assert.Equal((0, "1\na\n1\n", string.Empty), await _member.RunAsync("del", "a", "--from-key", "--prev-kv"));

        Assert.Equal(
            new DeleteRangeRequest { Key = ByteString.CopyFromUtf8("a"), RangeEnd = ByteString.CopyFrom(0), PrevKv = true },
            Assert.Single(_member.Requests<DeleteRangeRequest>("DeleteRange")));
    }

    [Fact]
    public async Task Del_OfTheEmptyPrefix_IsEveryKey()
    {
        _member.On<DeleteRangeRequest>("DeleteRange", _ => new DeleteRangeResponse { Deleted = 3 });
        Assert.Equal((0, "3\n", string.Empty), await _member.RunAsync("del", "", "--prefix"));
        var request = Assert.Single(_member.Requests<DeleteRangeRequest>("DeleteRange"));
        Assert.Equal((ByteString.CopyFrom(0), ByteString.CopyFrom(0)), (request.Key, request.RangeEnd));
    }

    [Fact]
    public async Task Compaction_IsOfTheRevision_AndPrintsIt()
    {
        _member.On<CompactionRequest>("Compact", _ => new CompactionResponse { Header = FakeMember.Header });
        Assert.Equal((0, "compacted revision 7\n", string.Empty), await _member.RunAsync("compaction", "7", "--physical"));
        Assert.Equal(new CompactionRequest { Revision = 7, Physical = true }, Assert.Single(_member.Requests<CompactionRequest>("Compact")));
    }

    [Fact]
    public async Task Compaction_Refused_HasTheServersText()
    {
        _member.On<CompactionRequest>("Compact", _ => FakeMember.Failure(StatusCode.OutOfRange, "etcdserver: mvcc: required revision is a future revision"));
        Assert.Equal((1, string.Empty, "Error: etcdserver: mvcc: required revision is a future revision\n"), await _member.RunAsync("compaction", "99"));
    }

    [Theory]
    [InlineData("del", "del command needs one argument as key and an optional argument as range_end")]
    [InlineData("del a b c", "del command needs one argument as key and an optional argument as range_end")]
    [InlineData("compaction", "compaction command needs 1 argument")]
    [InlineData("compaction 1 2", "compaction command needs 1 argument")]
    public async Task WrongNumberOfWords_SendsNothing(string words, string why)
    {
        Assert.Equal((128, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' ')));
        Assert.Empty(_member.Calls);
    }

    [Fact]
    public async Task Failure_WithoutAText_NamesTheCode()
    {
        _member.On<DeleteRangeRequest>("DeleteRange", _ => FakeMember.Failure(StatusCode.ResourceExhausted, string.Empty));
        Assert.Equal((1, string.Empty, "Error: ResourceExhausted\n"), await _member.RunAsync("del", "a"));
    }

    [Theory]
    [InlineData("del a", 1)]
    [InlineData("--user=root:secret del a", 2)]
    [InlineData("--user=root:secret user list", 2)]
    public async Task NoConnection_WithAUser_IsABadConnection(string words, int code)
    {
        var (found, output, error) = await InProcess.RunAsync(["--command-timeout=1s", "--endpoints", $"127.0.0.1:{FreePorts.Take(1)[0]}", .. words.Split(' ')], string.Empty, new Dictionary<string, string>());
        Assert.Equal((code, string.Empty), (found, output));
        Assert.StartsWith("Error: connection error: cannot connect to 127.0.0.1:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_OfAuthentication_IsABadConnection()
    {
        _member.On<AuthenticateRequest>("Authenticate", _ => FakeMember.Failure(StatusCode.InvalidArgument, "etcdserver: authentication failed, invalid user ID or password"));
        Assert.Equal(
            (2, string.Empty, "Error: etcdserver: authentication failed, invalid user ID or password\n"), await _member.RunAsync("del", "a", "--user=root:wrong"));
        Assert.Equal("wrong", Assert.Single(_member.Requests<AuthenticateRequest>("Authenticate")).Password);
    }
}
