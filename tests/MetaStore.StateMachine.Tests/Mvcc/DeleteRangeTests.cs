using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>etcd v3 KV.DeleteRange.</summary>
public abstract class DeleteRangeTests
{
    private readonly StoreRig _rig;

    protected DeleteRangeTests(string engine)
    {
        _rig = new StoreRig(engine);
        _rig.Put("b", "2");
        _rig.Put("a", "1");
        _rig.Put("c", "3");
    }

    [SkippableFact]
    public void Delete_Range_IsOneRevisionInKeyOrder()
    {
        var result = _rig.Delete("a", "c", prevKv: true);
        Assert.Equal((2L, 5L), (result.Deleted, result.Revision));
        Assert.Equal("a=1@3/3/1 b=2@2/2/1", RangeSummary.Show(result.PrevKvs));
        Assert.Equal("c", _rig.Get("\0", "\0").Keys);
    }

    [SkippableTheory]
    [InlineData("x", null)]
    [InlineData("x", "z")]
    [InlineData("c", "a")]
    public void Delete_OfNothing_KeepsTheRevision(string key, string? end)
    {
        var result = _rig.Delete(key, end, prevKv: true);
        Assert.Equal((0L, 4L), (result.Deleted, result.Revision));
        Assert.Empty(result.PrevKvs!);
    }

    [SkippableFact]
    public void Delete_FromKey_DeletesAllLaterKeys()
    {
        Assert.Equal(2, _rig.Delete("b", "\0").Deleted);
        Assert.Equal("a", _rig.Get("\0", "\0").Keys);
    }

    [SkippableFact]
    public void Delete_Twice_SecondFindsNothing()
    {
        Assert.Equal(1, _rig.Delete("a").Deleted);
        Assert.Equal(0, _rig.Delete("a").Deleted);
        Assert.Equal(5, _rig.Revision);
    }

    [SkippableFact]
    public void Delete_WithoutPrevKv_HasNone() => Assert.Null(_rig.Delete("a").PrevKvs);

    [SkippableFact]
    public void Delete_LeasedKey_DetachesIt()
    {
        _rig.Grant(7);
        _rig.Put("l", "v", lease: 7);
        _rig.Delete("l");
        Assert.Empty(_rig.Machine.Leases.KeysOf(7));
        _rig.Put("l", "w");
        _rig.Revoke(7);
        Assert.Equal(1, _rig.Get("l").Count);
    }
}
