using MetaStore.Protocol.Etcd;
using MetaStore.Client.Tests.Fakes;
using MetaStore.Client.Transactions;
using Result = MetaStore.Protocol.Etcd.Compare.Types.CompareResult;
using Target = MetaStore.Protocol.Etcd.Compare.Types.CompareTarget;

namespace MetaStore.Client.Tests.Transactions;

public sealed class TransactionTests : IDisposable
{
    private readonly FakeCluster _cluster = new(1);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task WhenThenElse_BecomeOneRequest()
    {
        _cluster.First.On<TxnRequest>("Txn", _ => new TxnResponse { Succeeded = true });

        var answer = await _cluster.Client.Txn()
            .When(Condition.ModRevision("a") == 5, Condition.Missing("b"))
            .Then(Operation.Put("a", "1", lease: 7), Operation.Delete(KeyRange.Prefix("c/")))
            .Else(Operation.Get("a"), Operation.Txn(_cluster.Client.Txn().Then(Operation.Get(KeyRange.All, limit: 3))))
            .CommitAsync();

        Assert.True(answer.Succeeded);
        var sent = Assert.Single(_cluster.First.Requests<TxnRequest>("Txn"));
        Assert.Equal(["a", "b"], sent.Compare.Select(compare => compare.Key.ToStringUtf8()));
        Assert.Equal("1", sent.Success[0].RequestPut.Value.ToStringUtf8());
        Assert.Equal(7, sent.Success[0].RequestPut.Lease);
        Assert.Equal("c0", sent.Success[1].RequestDeleteRange.RangeEnd.ToStringUtf8());
        Assert.Equal("a", sent.Failure[0].RequestRange.Key.ToStringUtf8());
        Assert.Equal(3, sent.Failure[1].RequestTxn.Success[0].RequestRange.Limit);
    }

    [Fact]
    public void Numbers_HaveTheirFieldAndOperator()
    {
        Check(Condition.Version("k") > 3, Target.Version, Result.Greater, compare => compare.Version);
        Check(Condition.CreateRevision("k") < 3, Target.Create, Result.Less, compare => compare.CreateRevision);
        Check(Condition.ModRevision("k") != 3, Target.Mod, Result.NotEqual, compare => compare.ModRevision);
        Check(Condition.Lease("k") == 3, Target.Lease, Result.Equal, compare => compare.Lease);
        Assert.Equal(Result.NotEqual, Condition.Exists("k").Result);
        Assert.Equal(Compare.TargetUnionOneofCase.CreateRevision, Condition.Missing("k").TargetUnionCase);
    }

    [Fact]
    public void Values_AreBytes()
    {
        foreach (var (compare, result) in new[]
        {
            (Condition.Value("k") == "v", Result.Equal), (Condition.Value("k") != "v", Result.NotEqual),
            (Condition.Value("k") > "v", Result.Greater), (Condition.Value("k") < "v", Result.Less),
        })
        {
            Assert.Equal((Target.Value, result, "v"), (compare.Target, compare.Result, compare.Value.ToStringUtf8()));
        }
    }

    private static void Check(Compare compare, Target target, Result result, Func<Compare, long> number) =>
        Assert.Equal((target, result, 3L, "k"), (compare.Target, compare.Result, number(compare), compare.Key.ToStringUtf8()));
}
