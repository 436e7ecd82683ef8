using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Server.Validation;

namespace MetaStore.Server.Tests.Validation;

public sealed class TxnValidatorTests
{
    private const int Max = 128;

    [Fact]
    public void Check_EmptyTxn_Passes() => Assert.Equal(ServerError.None, TxnValidator.Check(new TxnRequest(), Max));

    [Fact]
    public void Check_LongestListAtTheLimit_Passes()
    {
        Assert.Equal(ServerError.None, TxnValidator.Check(Txn(Gets(Max)), Max));
        Assert.Equal(ServerError.TooManyOperations, TxnValidator.Check(Txn(Gets(Max + 1)), Max));
    }

    [Theory]
    [InlineData(200, ServerError.None)]
    [InlineData(201, ServerError.TooManyOperations)]
    public void Check_NestedDeeperThanTheLogTakes_IsRefusedWhateverTheBudget(int depth, ServerError expected)
    {
        TxnRequest txn = Txn(Gets(1));
        for (int i = 0; i < depth; i++)
        {
            txn = Txn([Nested(txn)]);
        }

        Assert.Equal(expected, TxnValidator.Check(txn, 1_000_000));
    }

    [Fact]
    public void Check_NestedTxn_UsesWhatItsParentLeaves()
    {
        RequestOp[] parent = Gets(99);
        Assert.Equal(ServerError.None, TxnValidator.Check(Txn([.. parent, Nested(Txn(Gets(28)))]), Max));
        Assert.Equal(ServerError.TooManyOperations, TxnValidator.Check(Txn([.. Gets(100), Nested(Txn(Gets(28)))]), Max));
    }

    [Fact]
    public void Check_OperationThatIsNone_IsKeyNotFound()
    {
        Assert.Equal(ServerError.KeyNotFound, TxnValidator.Check(Txn(new RequestOp()), Max));
    }

    [Fact]
    public void Check_FaultInTheBranchNotTaken_IsFound()
    {
        var txn = new TxnRequest();
        txn.Failure.Add(Put(""));
        Assert.Equal(ServerError.KeyNotProvided, TxnValidator.Check(txn, Max));
    }

    [Fact]
    public void Check_CompareWithoutKey_IsKeyNotProvided()
    {
        var txn = new TxnRequest();
        txn.Compare.Add(new Compare());
        Assert.Equal(ServerError.KeyNotProvided, TxnValidator.Check(txn, Max));
    }

    public static TheoryData<string, RequestOp[], bool> Duplicates => new()
    {
        { "two puts of one key", [Put("a"), Put("a")], true },
        { "two puts of two keys", [Put("a"), Put("b")], false },
        { "put then delete", [Put("a"), Delete("a")], true },
        { "delete then put", [Delete("a"), Put("a")], true },
        { "put inside a deleted range", [Delete("a", "c"), Put("b")], true },
        { "put at the end of a deleted range", [Delete("a", "c"), Put("c")], false },
        { "delete over delete", [Delete("a", "c"), Delete("b", "d")], false },
        { "put inside merged ranges", [Delete("a", "c"), Delete("b", "d"), Delete("f", "g"), Put("c")], true },
        { "put between ranges", [Delete("a", "c"), Delete("f", "g"), Put("d")], false },
        { "delete from key covers nothing", [Delete("x", "\0"), Put("y")], false },
        { "inverted delete covers nothing", [Delete("z", "a"), Put("b")], false },
        { "put here and in a nested txn", [Put("a"), Nested(Txn(Put("a")))], true },
        { "both branches of one nested txn", [Nested(Both(Put("a"), Put("a")))], false },
        { "puts in two siblings", [Nested(Txn(Put("a"))), Nested(Txn(Put("a")))], true },
        { "second sibling's failure against first's success", [Nested(Txn(Put("a"))), Nested(Both(Put("b"), Put("a")))], true },
        { "first sibling puts, second deletes", [Nested(Txn(Put("k"))), Nested(Txn(Delete("k")))], false },
        { "first sibling deletes, second puts", [Nested(Txn(Delete("k"))), Nested(Txn(Put("k")))], true },
        { "parent deletes, nested puts", [Delete("k"), Nested(Txn(Put("k")))], true },
        { "parent puts, nested deletes", [Put("k"), Nested(Txn(Delete("k")))], true },
    };

    [Theory]
    [MemberData(nameof(Duplicates))]
    public void Check_DuplicateRule_IsEtcds(string what, RequestOp[] operations, bool refused)
    {
        _ = what;
        ServerError expected = refused ? ServerError.DuplicateKey : ServerError.None;
        Assert.Equal(expected, TxnValidator.Check(Txn(operations), Max));
        var failing = new TxnRequest();
        failing.Failure.Add(operations);
        Assert.Equal(expected, TxnValidator.Check(failing, Max));
    }

    [Fact]
    public void Check_PutInBothBranches_Passes()
    {
        Assert.Equal(ServerError.None, TxnValidator.Check(Both(Put("a"), Put("a")), Max));
    }

    private static RequestOp[] Gets(int count) => [.. Enumerable.Range(0, count).Select(i => Get("k" + i))];

    private static RequestOp Get(string key) => new() { RequestRange = new RangeRequest { Key = ByteString.CopyFromUtf8(key) } };

    private static RequestOp Put(string key) => new() { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8(key) } };

    private static RequestOp Delete(string key, string end = "") =>
        new() { RequestDeleteRange = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key), RangeEnd = ByteString.CopyFromUtf8(end) } };

    private static RequestOp Nested(TxnRequest txn) => new() { RequestTxn = txn };

    private static TxnRequest Txn(params RequestOp[] success)
    {
        var txn = new TxnRequest();
        txn.Success.Add(success);
        return txn;
    }

    private static TxnRequest Both(RequestOp success, RequestOp failure)
    {
        TxnRequest txn = Txn(success);
        txn.Failure.Add(failure);
        return txn;
    }
}
