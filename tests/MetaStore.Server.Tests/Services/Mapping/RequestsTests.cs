using System.Text;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using CompareResult = MetaStore.Protocol.Etcd.Compare.Types.CompareResult;
using CompareTarget = MetaStore.Protocol.Etcd.Compare.Types.CompareTarget;

namespace MetaStore.Server.Tests.Services.Mapping;

/// <summary>Requests become commands field by field.</summary>
public sealed class RequestsTests
{
    private static readonly ByteString Key = ByteString.CopyFromUtf8("k");

    [Fact]
    public void Range_EachField_IsTakenOver()
    {
        var request = new RangeRequest
        {
            Key = Key,
            RangeEnd = ByteString.CopyFromUtf8("m"),
            Limit = 5,
            Revision = 6,
            SortOrder = RangeRequest.Types.SortOrder.Descend,
            SortTarget = RangeRequest.Types.SortTarget.Value,
            KeysOnly = true,
            CountOnly = true,
            MinModRevision = 7,
            MaxModRevision = 8,
            MinCreateRevision = 9,
            MaxCreateRevision = 10,
        };
        RangeQuery query = Requests.ToQuery(request);
        Assert.Equal(("k", "m", 5L, 6L), (Text(query.Key), Text(query.RangeEnd), query.Limit, query.Revision));
        Assert.Equal(("Descend", "Value", true, true), (query.SortOrder.ToString(), query.SortTarget.ToString(), query.KeysOnly, query.CountOnly));
        Assert.Equal((7L, 8L, 9L, 10L), (query.MinModRevision, query.MaxModRevision, query.MinCreateRevision, query.MaxCreateRevision));
    }

    [Fact]
    public void Put_AndDelete_EachField_IsTakenOver()
    {
        PutCommand put = Requests.ToCommand(new PutRequest { Key = Key, Value = ByteString.CopyFromUtf8("v"), Lease = -3, PrevKv = true, IgnoreValue = true, IgnoreLease = true });
        Assert.Equal(("k", "v", -3L, true, true, true), (Text(put.Key), Text(put.Value), put.Lease, put.PrevKv, put.IgnoreValue, put.IgnoreLease));
        DeleteRangeCommand delete = Requests.ToCommand(new DeleteRangeRequest { Key = Key, RangeEnd = ByteString.CopyFrom(0), PrevKv = true });
        Assert.Equal(("k", "\0", true), (Text(delete.Key), Text(delete.RangeEnd), delete.PrevKv));
    }

    /// <summary>An operand of another kind than the target counts as zero, as in etcd.</summary>
    [Theory]
    [InlineData(CompareTarget.Version, "version", 5)]
    [InlineData(CompareTarget.Version, "create_revision", 0)]
    [InlineData(CompareTarget.Create, "create_revision", 5)]
    [InlineData(CompareTarget.Create, "mod_revision", 0)]
    [InlineData(CompareTarget.Mod, "mod_revision", 5)]
    [InlineData(CompareTarget.Mod, "lease", 0)]
    [InlineData(CompareTarget.Lease, "lease", 5)]
    [InlineData(CompareTarget.Lease, "version", 0)]
    [InlineData(CompareTarget.Value, "version", 0)]
    [InlineData(CompareTarget.Version, null, 0)]
    public void Compare_TakesTheOperandOfItsTarget(CompareTarget target, string? operand, long expected)
    {
        var compare = new Compare { Key = Key, Target = target, Result = CompareResult.Greater };
        if (operand is not null)
        {
            Compare.Descriptor.FindFieldByName(operand).Accessor.SetValue(compare, 5L);
        }

        TxnCompare command = Assert.Single(Requests.ToCommand(new TxnRequest { Compare = { compare } }).Compares);
        Assert.Equal((expected, 0, "Greater"), (command.Number, command.Value.Length, command.Result.ToString()));
    }

    [Fact]
    public void Compare_OfAValue_HasTheValue()
    {
        var compare = new Compare { Key = Key, RangeEnd = ByteString.CopyFromUtf8("l"), Target = CompareTarget.Value, Value = ByteString.CopyFromUtf8("v") };
        TxnCompare command = Assert.Single(Requests.ToCommand(new TxnRequest { Compare = { compare } }).Compares);
        Assert.Equal(("v", "l", 0L), (Text(command.Value), Text(command.RangeEnd), command.Number));
    }

    [Fact]
    public void Txn_KeepsTheOrderAndNestingOfItsOperations()
    {
        var inner = new TxnRequest { Failure = { new RequestOp { RequestRange = new RangeRequest { Key = Key } } } };
        var txn = new TxnRequest
        {
            Success = { new RequestOp { RequestPut = new PutRequest { Key = Key } }, new RequestOp { RequestTxn = inner } },
            Failure = { new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = Key } } },
        };
        TxnCommand command = Requests.ToCommand(txn);
        Assert.Equal([TxnOpKind.Put, TxnOpKind.Txn], command.Success.Select(operation => operation.Kind));
        Assert.Equal([TxnOpKind.DeleteRange], command.Failure.Select(operation => operation.Kind));
        Assert.Equal([TxnOpKind.Range], command.Success[1].Txn!.Failure.Select(operation => operation.Kind));
        Assert.Empty(command.Success[1].Txn!.Success);
    }

    [Fact]
    public void Txn_WithAnEmptyOperation_Throws() =>
        Assert.Throws<ArgumentException>(() => Requests.ToCommand(new TxnRequest { Success = { new RequestOp() } }));

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void ReadOnlyTxn_IsSerializable_WhenAllItsRangesAre(bool success, bool failure, bool expected)
    {
        var txn = new TxnRequest
        {
            Success = { new RequestOp { RequestRange = new RangeRequest { Key = Key, Serializable = success } } },
            Failure = { new RequestOp { RequestRange = new RangeRequest { Key = Key, Serializable = failure } } },
        };
        Assert.Equal(expected, Requests.IsSerializable(txn));
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
