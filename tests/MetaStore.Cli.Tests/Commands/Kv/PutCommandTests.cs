using Google.Protobuf;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Commands.Kv;

public sealed class PutCommandTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear().On<PutRequest>("Put", _ => new PutResponse { Header = FakeMember.Header });

    private PutRequest Sent => Assert.Single(_member.Requests<PutRequest>("Put"));

    [Fact]
    public async Task Put_Flags_ArriveInTheRequest()
    {
        Assert.Equal((0, "OK\n", string.Empty), await _member.RunAsync("put", "k", "v", "--lease=-1f", "--prev-kv", "--ignore-lease"));
        Assert.Equal(new PutRequest { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("v"), Lease = -0x1f, PrevKv = true, IgnoreLease = true }, Sent);
    }

    [Fact]
    public async Task Put_ValueFromInput_IsTakenWhole()
    {
        await _member.RunAsync(["put", "k"], "line\n\nmore\n");
        Assert.Equal("line\n\nmore\n", Sent.Value.ToStringUtf8());
    }

    [Fact]
    public async Task Put_EmptyValueAsArgument_IsAValue()
    {
        Assert.Equal(0, (await _member.RunAsync(["put", "k", ""], "not read")).Code);
        Assert.Empty(Sent.Value);
    }

    [Fact]
    public async Task Put_IgnoreValue_DoesNotReadInput()
    {
        await _member.RunAsync(["put", "k", "--ignore-value"], "not read");
        Assert.Equal(new PutRequest { Key = ByteString.CopyFromUtf8("k"), IgnoreValue = true }, Sent);
    }

    [Fact]
    public async Task Put_AfterTwoDashes_DashesAreKeyAndValue()
    {
        await _member.RunAsync("put", "--", "--prev-kv", "-v");
        Assert.Equal(("--prev-kv", "-v"), (Sent.Key.ToStringUtf8(), Sent.Value.ToStringUtf8()));
    }

    [Theory]
    [InlineData("put", 128, "put command needs 1 argument and input from stdin or 2 arguments")]
    [InlineData("put k", 128, "put command needs 1 argument and input from stdin or 2 arguments")]
    [InlineData("put k v --ignore-value", 128, "put command needs only 1 argument when 'ignore-value' is set")]
    [InlineData("put k v --lease=xyz", 128, "bad lease ID (xyz), expecting ID in Hex")]
    [InlineData("put k v --ttl=-1s", 128, "the time of --ttl is negative")]
    [InlineData("put k v --ttl=5s --lease=1", 128, "put command takes --ttl or a lease, not both")]
    [InlineData("put k v --ttl=5s --ignore-lease", 128, "put command takes --ttl or a lease, not both")]
    [InlineData("put k v --ttl=5", 1, "invalid argument \"5\" for \"--ttl\" flag: time: missing unit in duration \"5\"")]
    [InlineData("put k v -w table", 4, "table not supported as output format")]
    public async Task Put_WrongWords_SendNothing(string words, int code, string why)
    {
        Assert.Equal((code, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' ')));
        Assert.Empty(_member.Calls);
    }

    [Fact]
    public async Task Put_TimeToLive_IsALeaseOfWholeSeconds_AndThePairBeforeIsPrinted()
    {
        _member.On<LeaseGrantRequest>("LeaseGrant", request => new LeaseGrantResponse { ID = request.ID, TTL = request.TTL });
        _member.On<TxnRequest>("Txn", _ => new TxnResponse
        {
            Header = FakeMember.Header,
            Succeeded = true,
            Responses =
            {
                new ResponseOp { ResponseRange = new RangeResponse() },
                new ResponseOp { ResponsePut = new PutResponse { PrevKv = new KeyValue { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("old") } } },
            },
        });

        Assert.Equal((0, "OK\nk\nold\n", string.Empty), await _member.RunAsync("put", "k", "v", "--ttl=1500ms", "--prev-kv"));

        var lease = Assert.Single(_member.Requests<LeaseGrantRequest>("LeaseGrant"));
        Assert.Equal(2, lease.TTL);
        Assert.Equal(lease.ID, Assert.Single(_member.Requests<TxnRequest>("Txn")).Success[1].RequestPut.Lease);
    }
}
