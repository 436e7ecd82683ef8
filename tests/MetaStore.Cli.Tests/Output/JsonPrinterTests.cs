using Etcdserverpb;
using Google.Protobuf;
using MetaStore.Cli.Output;
using Mvccpb;

namespace MetaStore.Cli.Tests.Output;

public sealed class JsonPrinterTests
{
    [Fact]
    public void Range_HasTheShapeOfEtcdctl()
    {
        var output = new StringWriter();
        var response = new RangeResponse { Header = new ResponseHeader { ClusterId = 14841639068965178418, MemberId = 10276657743932975437, Revision = 2, RaftTerm = 2 }, Count = 1 };
        response.Kvs.Add(new KeyValue { Key = ByteString.CopyFromUtf8("k"), CreateRevision = 2, ModRevision = 2, Version = 1, Value = ByteString.CopyFromUtf8("v") });

        new JsonPrinter(output).Range(response, valuesOnly: false, countOnly: false);

        Assert.Equal(
            """{"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"revision":2,"raft_term":2},"kvs":[{"key":"aw==","create_revision":2,"mod_revision":2,"version":1,"value":"dg=="}],"count":1}""",
            output.ToString().Trim());
    }

    [Fact]
    public void Txn_KeepsTheKindOfEachResponse()
    {
        var response = new TxnResponse { Succeeded = true };
        response.Responses.Add(new ResponseOp { ResponsePut = new PutResponse { Header = new ResponseHeader { Revision = 3 } } });
        Assert.Equal("""{"succeeded":true,"responses":[{"response_put":{"header":{"revision":3}}}]}""", JsonPrinter.Convert(response).ToJsonString());
    }
}
