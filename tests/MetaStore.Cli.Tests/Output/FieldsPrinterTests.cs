using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Cli.Output;
using MetaStore.StateMachine.Backups;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Tests.Output;

/// <summary>The expected text is the output of etcdctl 3.4 with <c>-w fields</c>.</summary>
public sealed class FieldsPrinterTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void Range_LooksAsEtcdctlPrintsIt()
    {
        var response = new RangeResponse { Header = new ResponseHeader { ClusterId = 1, MemberId = 2, Revision = 3, RaftTerm = 4 }, Count = 1 };
        response.Kvs.Add(new KeyValue { Key = ByteString.CopyFromUtf8("k\n"), CreateRevision = 2, ModRevision = 3, Version = 2, Value = ByteString.CopyFromUtf8("\"v\""), Lease = 7 });
        new FieldsPrinter(_output).Range(response, valuesOnly: false, countOnly: false);
        Assert.Equal(
            """
            "ClusterID" : 1
            "MemberID" : 2
            "Revision" : 3
            "RaftTerm" : 4
            "Key" : "k\n"
            "CreateRevision" : 2
            "ModRevision" : 3
            "Version" : 2
            "Value" : "\"v\""
            "Lease" : 7
            "More" : false
            "Count" : 1

            """,
            _output.ToString());
    }

    [Fact]
    public void MembersAndAlarms_LookAsEtcdctlPrintsThem()
    {
        var members = new MemberListResponse { Header = new ResponseHeader { ClusterId = 1, MemberId = 2, RaftTerm = 4 } };
        members.Members.Add(new Member { ID = 2, Name = "n", PeerURLs = { "http://p:1" }, ClientURLs = { "http://c:1" }, IsLearner = true });
        var printer = new FieldsPrinter(_output);
        printer.Members(members);
        printer.Alarms(new AlarmResponse { Alarms = { new AlarmMember { MemberID = 2, Alarm = AlarmType.Nospace } } });
        Assert.Equal(
            """
            "ClusterID" : 1
            "MemberID" : 2
            "Revision" : 0
            "RaftTerm" : 4
            "ID" : 2
            "Name" : "n"
            "PeerURL" : "http://p:1"
            "ClientURL" : "http://c:1"
            "IsLearner" : true

            "ClusterID" : 0
            "MemberID" : 0
            "Revision" : 0
            "RaftTerm" : 0
            "MemberID" : 2
            "AlarmType" : NOSPACE


            """,
            _output.ToString());
    }

    [Fact]
    public void SnapshotStatus_HasEtcdctlsFields()
    {
        new FieldsPrinter(_output).SnapshotStatus(new BackupSummary(255, 9, -1, 12, 1056));
        Assert.Equal("\"Hash\" : 255\n\"Revision\" : 9\n\"Keys\" : 12\n\"Size\" : 1056\n", _output.ToString());
    }

    [Fact]
    public void Txn_IsFlat_AsEtcdctlPrintsIt()
    {
        var response = new TxnResponse { Header = new ResponseHeader { ClusterId = 1, MemberId = 2, Revision = 8372, RaftTerm = 2 }, Succeeded = true };
        response.Responses.Add(new ResponseOp { ResponseDeleteRange = new DeleteRangeResponse { Header = new ResponseHeader { Revision = 8372 } } });

        new FieldsPrinter(_output).Txn(response);

        Assert.Equal(
            """
            "ClusterID" : 1
            "MemberID" : 2
            "Revision" : 8372
            "RaftTerm" : 2
            "Succeeded" : true
            "ClusterID" : 0
            "MemberID" : 0
            "Revision" : 8372
            "RaftTerm" : 0
            "Deleted" : 0

            """,
            _output.ToString());
    }
}
