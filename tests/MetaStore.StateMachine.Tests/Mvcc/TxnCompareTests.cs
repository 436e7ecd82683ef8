using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>etcd v3 Compare: every target, every result, missing keys, ranges, unknown numbers.</summary>
public abstract class TxnCompareTests
{
    private readonly StoreRig _rig;

    protected TxnCompareTests(string engine)
    {
        _rig = new StoreRig(engine);
        _rig.Grant(7);
        _rig.Put("a", "m"); // 2
        _rig.Put("a", "m"); // 3
        _rig.Put("b", "n", lease: 7); // 4
    }

    [SkippableTheory]
    [InlineData(CompareTarget.Version, "a", 2)]
    [InlineData(CompareTarget.Create, "a", 2)]
    [InlineData(CompareTarget.Mod, "a", 3)]
    [InlineData(CompareTarget.Lease, "a", 0)]
    [InlineData(CompareTarget.Lease, "b", 7)]
    [InlineData(CompareTarget.Version, "missing", 0)]
    [InlineData(CompareTarget.Create, "missing", 0)]
    [InlineData(CompareTarget.Mod, "missing", 0)]
    [InlineData(CompareTarget.Lease, "missing", 0)]
    public void Compare_Number_RelatesActualToWanted(CompareTarget target, string key, long actual)
    {
        foreach (var wanted in new[] { actual - 1, actual, actual + 1 })
        {
            Assert.Equal(actual == wanted, Holds(Ops.Is(target, key, CompareResult.Equal, wanted)));
            Assert.Equal(actual != wanted, Holds(Ops.Is(target, key, CompareResult.NotEqual, wanted)));
            Assert.Equal(actual > wanted, Holds(Ops.Is(target, key, CompareResult.Greater, wanted)));
            Assert.Equal(actual < wanted, Holds(Ops.Is(target, key, CompareResult.Less, wanted)));
        }
    }

    [SkippableTheory]
    [InlineData("m", CompareResult.Equal, true)]
    [InlineData("m", CompareResult.NotEqual, false)]
    [InlineData("l", CompareResult.Greater, true)]
    [InlineData("ma", CompareResult.Less, true)]
    [InlineData("\u00ff", CompareResult.Less, true)]
    [InlineData("", CompareResult.Greater, true)]
    public void Compare_Value_IsBytewise(string value, CompareResult result, bool holds)
        => Assert.Equal(holds, Holds(Ops.Is(CompareTarget.Value, "a", result, value: value)));

    [SkippableTheory]
    [InlineData(CompareResult.Equal)]
    [InlineData(CompareResult.NotEqual)]
    [InlineData(CompareResult.Greater)]
    [InlineData(CompareResult.Less)]
    public void Compare_ValueOfMissingKey_NeverHolds(CompareResult result)
    {
        Assert.False(Holds(Ops.Is(CompareTarget.Value, "missing", result, value: "")));
        Assert.False(Holds(Ops.Is(CompareTarget.Value, "x", result, value: "", end: "z")));
    }

    [SkippableFact]
    public void Compare_Range_EveryKeyMustSatisfy()
    {
        Assert.True(Holds(Ops.Is(CompareTarget.Mod, "a", CompareResult.Greater, 2, end: "z")));
        Assert.False(Holds(Ops.Is(CompareTarget.Mod, "a", CompareResult.Greater, 3, end: "z")));
        Assert.True(Holds(Ops.Is(CompareTarget.Value, "a", CompareResult.Less, value: "z", end: "\0")));
    }

    [SkippableFact]
    public void Compare_EmptyRange_BehavesLikeOneMissingKey()
    {
        Assert.True(Holds(Ops.Is(CompareTarget.Version, "x", CompareResult.Equal, 0, end: "z")));
        Assert.False(Holds(Ops.Is(CompareTarget.Version, "x", CompareResult.Greater, 0, end: "z")));
        Assert.True(Holds(Ops.Is(CompareTarget.Create, "z", CompareResult.Less, 1, end: "x")));
    }

    [SkippableFact]
    public void Compare_DeletedKey_IsMissing()
    {
        _rig.Delete("a");
        Assert.True(Holds(Ops.Is(CompareTarget.Create, "a", CompareResult.Equal, 0)));
        Assert.True(Holds(Ops.Is(CompareTarget.Create, "a", CompareResult.Equal, 0, end: "b")));
    }

    [SkippableFact]
    public void Compare_UnknownResult_Holds()
    {
        Assert.True(Holds(Ops.Is(CompareTarget.Version, "a", (CompareResult)9, 100)));
        Assert.False(Holds(Ops.Is(CompareTarget.Value, "missing", (CompareResult)9)));
    }

    [SkippableFact]
    public void Compare_UnknownTarget_ComparesEqual()
    {
        Assert.True(Holds(Ops.Is((CompareTarget)17, "a", CompareResult.Equal, 5)));
        Assert.False(Holds(Ops.Is((CompareTarget)17, "a", CompareResult.Less, 5)));
        Assert.True(Holds(Ops.Is((CompareTarget)17, "missing", CompareResult.Equal, 5)));
    }

    [SkippableFact]
    public void Compare_OperandOfAnotherTarget_CountsAsZeroOrEmpty()
    {
        Assert.False(Holds(Ops.Is(CompareTarget.Version, "a", CompareResult.Equal, value: "2")));
        Assert.True(Holds(Ops.Is(CompareTarget.Value, "a", CompareResult.Greater, 77)));
    }

    [SkippableFact]
    public void Compares_AllMustHold()
    {
        var yes = Ops.Is(CompareTarget.Version, "a", CompareResult.Equal, 2);
        var no = Ops.Is(CompareTarget.Version, "a", CompareResult.Equal, 1);
        Assert.True(_rig.Txn([yes, yes], []).Txn!.Succeeded);
        Assert.False(_rig.Txn([yes, no], []).Txn!.Succeeded);
        Assert.True(_rig.Txn([], []).Txn!.Succeeded);
    }

    private bool Holds(TxnCompare compare)
    {
        var logged = _rig.Txn([compare], []).Txn!.Succeeded;
        using var read = _rig.Machine.Reader.OpenRead();
        Assert.Equal(ErrorCode.None, read.Txn(Ops.Txn([compare], []), out var result));
        Assert.Equal(logged, result!.Succeeded);
        return logged;
    }
}
