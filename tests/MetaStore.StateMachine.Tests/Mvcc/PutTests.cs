using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>etcd v3 KV.Put.</summary>
public abstract class PutTests(string engine)
{
    private readonly StoreRig _rig = new(engine);

    [SkippableFact]
    public void Put_First_GetsRevision2() => Assert.Equal(2, _rig.Put("a").Revision);

    [SkippableFact]
    public void Put_Again_CountsVersionsKeepsCreate()
    {
        _rig.Put("a", "1");
        _rig.Put("x");
        _rig.Put("a", "2");
        Assert.Equal("a=2@2/4/2", _rig.Get("a").Kvs);
    }

    [SkippableFact]
    public void Put_AfterDelete_StartsANewLife()
    {
        _rig.Put("a", "1");
        _rig.Put("a", "2");
        _rig.Delete("a");
        _rig.Put("a", "3");
        Assert.Equal("a=3@5/5/1", _rig.Get("a").Kvs);
    }

    [SkippableFact]
    public void Put_PrevKv_IsThePairBeforeWithItsLease()
    {
        _rig.Grant(7);
        Assert.Null(_rig.Put("a", "1", lease: 7, prevKv: true).PrevKvs);
        Assert.Equal("a=1@2/2/1+7", RangeSummary.Show(_rig.Put("a", "2", prevKv: true).PrevKvs));
        Assert.Equal("a=2@2/3/2", RangeSummary.Show(_rig.Put("a", "3", prevKv: true).PrevKvs));
        Assert.Null(_rig.Put("a", "4").PrevKvs);
    }

    [SkippableFact]
    public void Put_PrevKvOfASiblingInTheSameGroup_IsSeen()
    {
        _rig.ApplyUnpublished(new PutCommand { Key = Bytes.Of("a"), Value = Bytes.Of("1") });
        var result = _rig.ApplyUnpublished(new PutCommand { Key = Bytes.Of("a"), Value = Bytes.Of("2"), PrevKv = true });
        Assert.Equal("a=1@2/2/1", RangeSummary.Show(result.PrevKvs));
        Assert.Equal("", _rig.Get("a").Kvs);
        _rig.Machine.Publish();
        Assert.Equal("a=2@2/3/2", _rig.Get("a").Kvs);
    }

    [SkippableFact]
    public void Put_UnknownLease_FailsAndChangesNothing()
    {
        var result = _rig.Put("a", "1", lease: 5);
        Assert.Equal((ErrorCode.LeaseNotFound, 1L), (result.Error, result.Revision));
        Assert.Equal(0, _rig.Get("a").Count);
    }

    [SkippableFact]
    public void Put_LeaseOfZero_DetachesFromTheOldLease()
    {
        _rig.Grant(7);
        _rig.Put("a", "1", lease: 7);
        _rig.Put("a", "2");
        Assert.Equal("a=2@2/3/2", _rig.Get("a").Kvs);
        Assert.Empty(_rig.Machine.Leases.KeysOf(7));
        Assert.Equal(0, _rig.Revoke(7).Deleted);
        Assert.Equal(1, _rig.Get("a").Count);
    }

    [SkippableFact]
    public void Put_OtherLease_MovesTheKey()
    {
        _rig.Grant(7);
        _rig.Grant(-8);
        _rig.Put("a", "1", lease: 7);
        _rig.Put("a", "1", lease: -8);
        Assert.Empty(_rig.Machine.Leases.KeysOf(7));
        Assert.Single(_rig.Machine.Leases.KeysOf(-8));
        Assert.Equal("a=1@2/3/2+-8", _rig.Get("a").Kvs);
    }

    [SkippableFact]
    public void Put_IgnoreValue_KeepsItAndSetsTheLease()
    {
        _rig.Grant(7);
        _rig.Put("a", "1");
        _rig.Apply(new PutCommand { Key = Bytes.Of("a"), IgnoreValue = true, Lease = 7 });
        Assert.Equal("a=1@2/3/2+7", _rig.Get("a").Kvs);
    }

    [SkippableFact]
    public void Put_IgnoreLease_KeepsItAndSetsTheValue()
    {
        _rig.Grant(7);
        _rig.Put("a", "1", lease: 7);
        _rig.Apply(new PutCommand { Key = Bytes.Of("a"), Value = Bytes.Of("2"), IgnoreLease = true });
        Assert.Equal("a=2@2/3/2+7", _rig.Get("a").Kvs);
        Assert.Single(_rig.Machine.Leases.KeysOf(7));
    }

    [SkippableTheory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Put_IgnoreOnMissingKey_IsKeyNotFound(bool ignoreValue, bool ignoreLease)
    {
        _rig.Put("gone");
        _rig.Delete("gone");
        foreach (var key in new[] { "gone", "never" })
        {
            var result = _rig.Apply(new PutCommand { Key = Bytes.Of(key), IgnoreValue = ignoreValue, IgnoreLease = ignoreLease });
            Assert.Equal((ErrorCode.KeyNotFound, 3L), (result.Error, result.Revision));
        }
    }

    [SkippableFact]
    public void Put_IgnoreValueWithUnknownLeaseOnMissingKey_ReportsTheLease()
        => Assert.Equal(
            ErrorCode.LeaseNotFound,
            _rig.Apply(new PutCommand { Key = Bytes.Of("a"), IgnoreValue = true, Lease = 3 }).Error);

    [SkippableFact]
    public void Put_IgnoreTogetherWithTheThingIgnored_IsRefused()
    {
        _rig.Put("a", "1");
        Assert.Equal(
            ErrorCode.ValueProvided,
            _rig.Apply(new PutCommand { Key = Bytes.Of("a"), Value = Bytes.Of("x"), IgnoreValue = true }).Error);
        Assert.Equal(ErrorCode.LeaseProvided, _rig.Apply(new PutCommand { Key = Bytes.Of("a"), Lease = 1, IgnoreLease = true }).Error);
    }
}
