using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

public sealed class QuotaCostTests
{
    [Fact]
    public void Put_Costs256PlusKeyAndValue()
        => Assert.Equal(256 + 3 + 5, QuotaCost.Of(new PutCommand { Key = Bytes.Of("key"), Value = Bytes.Of("value") }));

    [Fact]
    public void Txn_CostsItsDearerBranchWithNestedOnes()
    {
        var inner = Ops.Nested([], [Ops.Put("a")], [Ops.Put("abc"), Ops.Delete("x")]);
        Assert.Equal(258 + 259, QuotaCost.Of(Ops.Txn([], [Ops.Put("ab"), inner], [Ops.Put("abcd")])));
        Assert.Equal(0, QuotaCost.Of(Ops.Txn([], [Ops.Delete("a"), Ops.Range("b")])));
        Assert.Equal(64, QuotaCost.Lease);
    }
}
