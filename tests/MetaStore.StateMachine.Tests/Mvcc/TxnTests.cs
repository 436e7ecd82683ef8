using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>etcd v3 KV.Txn.</summary>
public abstract class TxnTests
{
    private static readonly TxnCompare Never = Ops.Is(CompareTarget.Version, "nothing", CompareResult.Greater, 0);
    private readonly StoreRig _rig;

    protected TxnTests(string engine)
    {
        _rig = new StoreRig(engine);
        _rig.Put("a", "1"); // 2
        _rig.Put("b", "2"); // 3
    }

    [SkippableFact]
    public void Txn_ManyWrites_ShareOneRevision()
    {
        var result = _rig.Txn([], [Ops.Put("x"), Ops.Put("y"), Ops.Delete("a", "c")]);
        Assert.Equal(4, result.Revision);
        Assert.Equal("x=@4/4/1 y=@4/4/1", _rig.Get("\0", "\0").Kvs);
        Assert.Equal(2, result.Txn!.Responses[2].Deleted);
    }

    [SkippableFact]
    public void Txn_IsCounted_AndSoAreItsOperations()
    {
        _rig.Txn([], [Ops.Put("x"), Ops.Put("y"), Ops.Range("a"), Ops.Delete("a", "c")]);
        _rig.Get("x");
        var counts = _rig.Machine.Reader.Counts;
        Assert.Equal((4, 1, 1, 2), (counts.Puts, counts.Deletes, counts.Transactions, counts.Ranges));
    }

    [SkippableFact]
    public void Txn_FailureBranch_IsTakenAndNotAnError()
    {
        var result = _rig.Txn([Never], [Ops.Put("x")], [Ops.Put("y")]);
        Assert.Equal((ErrorCode.None, false), (result.Error, result.Txn!.Succeeded));
        Assert.Equal("a b y", _rig.Get("\0", "\0").Keys);
    }

    [SkippableFact]
    public void Txn_Empty_SucceedsAndKeepsTheRevision()
    {
        var result = _rig.Txn([], []);
        Assert.True(result.Txn!.Succeeded);
        Assert.Empty(result.Txn.Responses);
        Assert.Equal(3, result.Revision);
    }

    [SkippableFact]
    public void Txn_OnlyReadsOrEmptyDeletes_KeepTheRevision()
    {
        Assert.Equal(3, _rig.Txn([], [Ops.Range("a"), Ops.Delete("q", "z")]).Revision);
        Assert.Equal(3, _rig.Revision);
    }

    [SkippableFact]
    public void Txn_RangeAroundAPut_SeesOldThenNewWithTheirRevisions()
    {
        var responses = _rig.Txn([], [Ops.Range("a"), Ops.Put("a", "9"), Ops.Range("a")]).Txn!.Responses;
        Assert.Equal("a=1@2/2/1", RangeSummary.Of(responses[0].Range).Kvs);
        Assert.Equal("a=9@2/4/2", RangeSummary.Of(responses[2].Range).Kvs);
        Assert.Equal([3L, 4L, 4L], responses.Select(response => response.Revision));
    }

    [SkippableFact]
    public void Txn_DeleteOfNothingFirst_ReportsTheOldRevision()
    {
        var responses = _rig.Txn([], [Ops.Delete("zz"), Ops.Put("n"), Ops.Delete("zz")]).Txn!.Responses;
        Assert.Equal([3L, 4L, 4L], responses.Select(response => response.Revision));
    }

    [SkippableFact]
    public void Txn_HistoricalRangeAfterAPut_StaysHistorical()
    {
        var responses = _rig.Txn([], [Ops.Put("a", "9"), Ops.Range("a", revision: 3), Ops.Range("a", "\0", revision: 2)]).Txn!.Responses;
        Assert.Equal("a=1@2/2/1", RangeSummary.Of(responses[1].Range).Kvs);
        Assert.Equal("a=1@2/2/1", RangeSummary.Of(responses[2].Range).Kvs);
        Assert.Equal(4, responses[1].Revision);
    }

    [SkippableFact]
    public void Txn_RangeAtTheRevisionItWillCreate_IsTheFuture()
    {
        var result = _rig.Txn([], [Ops.Put("x"), Ops.Range("a", revision: 4)]);
        Assert.Equal((ErrorCode.FutureRevision, 3L), (result.Error, result.Revision));
        Assert.Equal(0, _rig.Get("x").Count);
    }

    [SkippableFact]
    public void Txn_BadRangeMissingKeyAndMissingLease_ReportsTheKey()
    {
        var result = _rig.Txn([], [Ops.Range("a", revision: 99), TxnOp.Of(new PutCommand { Key = Bytes.Of("missing"), Lease = 99, IgnoreValue = true })]);
        Assert.Equal(ErrorCode.KeyNotFound, result.Error);
    }

    [SkippableFact]
    public void Txn_RangeAtNegativeRevision_IsCompactedOnceAnythingIs()
    {
        Assert.Equal(ErrorCode.None, _rig.Txn([], [Ops.Put("x"), Ops.Range("a", revision: -1)]).Error);
        _rig.Compact(2);
        Assert.Equal(ErrorCode.Compacted, _rig.Txn([], [Ops.Put("x"), Ops.Range("a", revision: -1)]).Error);
        Assert.Equal(ErrorCode.None, _rig.Get("a", null, -1).Error);
    }

    [SkippableFact]
    public void Txn_RangeBelowCompacted_FailsTheWhole()
    {
        _rig.Compact(3);
        Assert.Equal(ErrorCode.Compacted, _rig.Txn([], [Ops.Put("x"), Ops.Range("a", revision: 2)]).Error);
        Assert.Equal(0, _rig.Get("x").Count);
        Assert.Equal(ErrorCode.None, _rig.Txn([], [Ops.Put("x"), Ops.Range("a", revision: 3)]).Error);
    }

    [SkippableFact]
    public void Txn_CompactionEarlierInTheSameGroup_Counts()
    {
        _rig.ApplyUnpublished(new CompactCommand { Revision = 3 });
        Assert.Equal(ErrorCode.Compacted, _rig.ApplyUnpublished(Ops.Txn([], [Ops.Put("x"), Ops.Range("a", revision: 2)])).Error);
    }

    [SkippableFact]
    public void Txn_FailedCheck_LeavesNoTrace()
    {
        var before = _rig.Hash().Hash;
        _rig.Grant(7);
        TxnOp[][] failing =
        [
            [Ops.Put("x", lease: 7), Ops.Put("y", lease: 99)],
            [Ops.Delete("a", "\0"), TxnOp.Of(new PutCommand { Key = Bytes.Of("none"), IgnoreValue = true })],
            [Ops.Put("x"), Ops.Nested([], [Ops.Put("y"), Ops.Nested([], [Ops.Put("z", lease: 98)])])],
            [Ops.Put("x"), TxnOp.Of(new RangeQuery { Key = Bytes.Of("a"), SortTarget = (SortTarget)8 })],
        ];
        foreach (var operations in failing)
        {
            var result = _rig.Txn([], operations);
            Assert.NotEqual(ErrorCode.None, result.Error);
            Assert.Null(result.Txn);
            Assert.Equal(3, result.Revision);
        }

        Assert.Equal(before, _rig.Hash().Hash);
        Assert.Empty(_rig.Machine.Leases.KeysOf(7));
    }

    [SkippableFact]
    public void Txn_FailedAmongSiblings_LeavesThemAlone()
    {
        _rig.ApplyUnpublished(new PutCommand { Key = Bytes.Of("s1") });
        _rig.ApplyUnpublished(Ops.Txn([], [Ops.Put("x"), Ops.Put("y", lease: 99)]));
        _rig.ApplyUnpublished(new PutCommand { Key = Bytes.Of("s2") });
        _rig.Machine.Publish();
        Assert.Equal("a=1@2/2/1 b=2@3/3/1 s1=@4/4/1 s2=@5/5/1", _rig.Get("\0", "\0").Kvs);
    }

    [SkippableFact]
    public void Txn_PathNotTaken_IsNotChecked()
    {
        Assert.Equal(ErrorCode.None, _rig.Txn([], [Ops.Put("x")], [Ops.Put("y", lease: 99), Ops.Range("a", revision: 900)]).Error);
        Assert.Equal(ErrorCode.None, _rig.Txn([], [Ops.Nested([Never], [Ops.Put("y", lease: 99)], [Ops.Put("z")])]).Error);
    }

    [SkippableFact]
    public void Txn_Nested_ComparesAreDecidedBeforeAnyWrite()
    {
        var result = _rig.Txn(
            [],
            [
                Ops.Put("a", "changed"),
                Ops.Nested([Ops.Is(CompareTarget.Value, "a", CompareResult.Equal, value: "1")], [Ops.Put("old")], [Ops.Put("new")]),
            ]);
        Assert.True(result.Txn!.Responses[1].Txn!.Succeeded);
        Assert.Equal("a b old", _rig.Get("\0", "\0").Keys);
    }

    [SkippableFact]
    public void Txn_NestedTwice_PathsDoNotMixUp()
    {
        var result = _rig.Txn(
            [],
            [
                Ops.Nested([Never], [Ops.Put("p")], [Ops.Nested([], [Ops.Put("q")]), Ops.Nested([Never], [], [Ops.Put("r")])]),
                Ops.Range("q"),
                Ops.Nested([], [Ops.Range("r"), Ops.Delete("q")], [Ops.Put("s")]),
            ]);
        Assert.Equal("a=1@2/2/1 b=2@3/3/1 r=@4/4/1", _rig.Get("\0", "\0").Kvs);
        var responses = result.Txn!.Responses;
        Assert.False(responses[0].Txn!.Succeeded);
        Assert.True(responses[0].Txn!.Responses[0].Txn!.Succeeded);
        Assert.False(responses[0].Txn!.Responses[1].Txn!.Succeeded);
        Assert.Equal("q=@4/4/1", RangeSummary.Of(responses[1].Range).Kvs);
        Assert.Equal("r=@4/4/1", RangeSummary.Of(responses[2].Txn!.Responses[0].Range).Kvs);
        Assert.Equal(1, responses[2].Txn!.Responses[1].Deleted);
    }

    [SkippableFact]
    public void Txn_PrevKv_IsSeenForPutsAndDeletes()
    {
        var responses = _rig.Txn([], [Ops.Put("a", "9", prevKv: true), Ops.Delete("a", "\0", prevKv: true)]).Txn!.Responses;
        Assert.Equal("a=1@2/2/1", RangeSummary.Show(responses[0].PrevKvs));
        Assert.Equal("a=9@2/4/2 b=2@3/3/1", RangeSummary.Show(responses[1].PrevKvs));
    }

    [SkippableFact]
    public void Txn_DeleteFromKeyThenPut_RunsInOrder()
    {
        // The server accepts this pair although the put is inside the deleted range.
        _rig.Txn([], [Ops.Delete("a", "\0"), Ops.Put("b", "new")]);
        Assert.Equal("b=new@4/4/1", _rig.Get("\0", "\0").Kvs);
        Assert.Equal("a=1@2/2/1 b=2@3/3/1", _rig.Get("\0", "\0", 3).Kvs);
        Assert.Equal("b=new@4/4/1", new StoreRig(_rig.Engine.Copy()).Get("\0", "\0").Kvs);
    }

    [SkippableFact]
    public void Txn_IgnoreValueAfterADeleteOfItsKey_IsKeyNotFound()
    {
        var put = TxnOp.Of(new PutCommand { Key = Bytes.Of("b"), IgnoreValue = true });
        Assert.Equal(ErrorCode.KeyNotFound, _rig.Txn([], [Ops.Delete("a", "\0"), put]).Error);
        Assert.Equal(2, _rig.Get("\0", "\0").Count);
    }

    [SkippableFact]
    public void ReadOnlyTxn_OnAReader_GivesWhatTheLogWould()
    {
        var txn = Ops.Txn([Ops.Is(CompareTarget.Create, "a", CompareResult.Equal, 2)], [Ops.Range("a", "\0"), Ops.Range("a", revision: 2)]);
        Assert.True(txn.IsReadOnly);
        using var read = _rig.Machine.Reader.OpenRead();
        Assert.Equal(ErrorCode.None, read.Txn(txn, out var result));
        Assert.True(result!.Succeeded);
        Assert.Equal("a=1@2/2/1 b=2@3/3/1", RangeSummary.Of(result.Responses[0].Range).Kvs);
        Assert.Equal(3, result.Responses[1].Revision);
        Assert.Equal(ErrorCode.FutureRevision, read.Txn(Ops.Txn([], [Ops.Range("a", revision: 4)]), out _));
    }

    [SkippableFact]
    public void IsReadOnly_WithNestedOrWrites_IsFalse()
    {
        Assert.False(Ops.Txn([], [Ops.Nested([], [Ops.Range("a")])]).IsReadOnly);
        Assert.False(Ops.Txn([], [Ops.Range("a")], [Ops.Put("a")]).IsReadOnly);
        Assert.True(Ops.Txn([], []).IsReadOnly);
        using var read = _rig.Machine.Reader.OpenRead();
        Assert.Throws<ArgumentException>(() => read.Txn(Ops.Txn([], [Ops.Put("a")]), out _));
    }
}
