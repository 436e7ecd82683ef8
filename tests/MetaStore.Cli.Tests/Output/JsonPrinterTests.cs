using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Cli.Output;
using MetaStore.Protocol.Mvcc;

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
        Assert.Equal("""{"succeeded":true,"responses":[{"Response":{"ResponsePut":{"header":{"revision":3}}}}]}""", JsonPrinter.Convert(response).ToJsonString());
    }

    [Fact]
    public void Watch_HasTheShapeOfEtcdctl()
    {
        var response = new WatchResponse { Header = new ResponseHeader { ClusterId = 1, MemberId = 2, Revision = 8370, RaftTerm = 2 } };
        response.Events.Add(new Event { Type = Event.Types.EventType.Delete, Kv = new KeyValue { Key = ByteString.CopyFromUtf8("w1"), ModRevision = 8370 } });
        Assert.Equal(
            """{"Header":{"cluster_id":1,"member_id":2,"revision":8370,"raft_term":2},"Events":[{"type":1,"kv":{"key":"dzE=","mod_revision":8370}}],"CompactRevision":0,"Canceled":false,"Created":false}""",
            Printed(printer => printer.Watch(response)));
        Assert.Equal(string.Empty, Printed(printer => printer.Watch(new WatchResponse { Created = true })));
    }

    [Fact]
    public void Leases_HaveTheShapesOfEtcdctl()
    {
        var header = new ResponseHeader { ClusterId = 1, MemberId = 2, Revision = 11, RaftTerm = 2 };
        const string Fields = "\"cluster_id\":1,\"member_id\":2,\"revision\":11,\"raft_term\":2";
        Assert.Equal($$"""{{{Fields}},"ID":291,"TTL":100,"Error":""}""", Printed(printer => printer.Grant(new LeaseGrantResponse { Header = header, ID = 291, TTL = 100 })));
        Assert.Equal($$"""{{{Fields}},"ID":291,"TTL":50}""", Printed(printer => printer.KeepAlive(new LeaseKeepAliveResponse { Header = header, ID = 291, TTL = 50 })));
        Assert.Equal(
            $$"""{{{Fields}},"id":291,"ttl":-1,"granted-ttl":0,"keys":null}""",
            Printed(printer => printer.TimeToLive(new LeaseTimeToLiveResponse { Header = header, ID = 291, TTL = -1 }, withKeys: false)));
        var list = new LeaseLeasesResponse { Header = header };
        list.Leases.Add(new LeaseStatus { ID = 291 });
        Assert.Equal($$"""{{{Fields}},"leases":[{"id":291}]}""", Printed(printer => printer.Leases(list)));
    }

    [Fact]
    public void Alarms_AreNumbers()
    {
        var response = new AlarmResponse();
        response.Alarms.Add(new AlarmMember { MemberID = 7616583982444832909, Alarm = AlarmType.Nospace });
        Assert.Equal("""{"alarms":[{"memberID":7616583982444832909,"alarm":1}]}""", Printed(printer => printer.Alarms(response)));
    }

    private static string Printed(Action<JsonPrinter> print)
    {
        var output = new StringWriter();
        print(new JsonPrinter(output));
        return output.ToString().Trim();
    }
}
