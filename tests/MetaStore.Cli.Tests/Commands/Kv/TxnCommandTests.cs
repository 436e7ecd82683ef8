using Google.Protobuf;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Commands.Kv;

public sealed class TxnCommandTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear().On<TxnRequest>("Txn", _ => new TxnResponse
    {
        Succeeded = false,
        Responses =
        {
            new ResponseOp { ResponsePut = new PutResponse() },
            new ResponseOp { ResponseRange = new RangeResponse { Kvs = { new KeyValue { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("v") } } } },
            new ResponseOp { ResponseDeleteRange = new DeleteRangeResponse { Deleted = 2 } },
            new ResponseOp { ResponseTxn = new TxnResponse { Succeeded = true, Responses = { new ResponseOp { ResponsePut = new PutResponse() } } } },
            new ResponseOp(),
        },
    });

    [Fact]
    public async Task Txn_PrintsTheBranch_AndEachAnswerAfterAnEmptyLine() => Assert.Equal(
        (0, "FAILURE\n\nOK\n\nk\nv\n\n2\n\nSUCCESS\n\nOK\n\nunexpected response None\n", string.Empty), await _member.RunAsync(["txn"], "\nput k v\n\n\n"));

    [Fact]
    public async Task Txn_Interactive_PromptsForEachPart()
    {
        var (code, output, _) = await _member.RunAsync(["txn", "-i"], "value(\"k\") > \"a\"\n\n\ndel k\n\n");
        Assert.Equal(0, code);
        Assert.StartsWith("compares:\nsuccess requests (get, put, del):\nfailure requests (get, put, del):\nFAILURE\n", output, StringComparison.Ordinal);
        var request = Assert.Single(_member.Requests<TxnRequest>("Txn"));
        Assert.Equal((1, 0, 1), (request.Compare.Count, request.Success.Count, request.Failure.Count));
    }

    [Theory]
    [InlineData("value(\"k\") ~ \"a\"\n", 3, "malformed comparison; write something like mod(\"key\") > \"0\" (line 1: value(\"k\") ~ \"a\")")]
    [InlineData("size(\"k\") = \"1\"\n", 3, "malformed comparison (unknown target size); write value, version, create, mod or lease (line 1: size(\"k\") = \"1\")")]
    [InlineData("lease(\"k\") = \"xyz\"\n", 3, "invalid txn compare request: a lease id in hexadecimal is needed (line 1: lease(\"k\") = \"xyz\")")]
    [InlineData("\nput k\n", 128, "put command needs 1 argument and input from stdin or 2 arguments")]
    [InlineData("\n\nget k --limit=x\n", 3, "invalid txn request: invalid argument \"x\" for \"--limit\" flag: strconv.ParseInt: parsing \"x\": invalid syntax (line 3: get k --limit=x)")]
    public async Task Txn_MalformedScript_SendsNothing(string script, int code, string why)
    {
        Assert.Equal((code, string.Empty, $"Error: {why}\n"), await _member.RunAsync(["txn"], script));
        Assert.Empty(_member.Calls);
    }

    [Fact]
    public async Task Txn_WithWords_IsRefused() =>
        Assert.Equal((128, string.Empty, "Error: txn command does not accept argument\n"), await _member.RunAsync(["txn", "file"], "\n\n\n"));
}
