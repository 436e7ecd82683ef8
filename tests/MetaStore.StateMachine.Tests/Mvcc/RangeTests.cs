using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>etcd v3 KV.Range, field by field.</summary>
public abstract class RangeTests
{
    private readonly StoreRig _rig;

    protected RangeTests(string engine)
    {
        _rig = new StoreRig(engine);
        _rig.Put("a", "3"); // 2
        _rig.Put("b", "1"); // 3
        _rig.Put("c", "2"); // 4
        _rig.Put("a", "3"); // 5
        _rig.Delete("b"); // 6
        _rig.Put("b", "2"); // 7
    }

    [SkippableFact]
    public void Store_Empty_IsAtRevision1()
    {
        var rig = new StoreRig(_rig.Engine.Name);
        Assert.Equal(new RangeSummary(ErrorCode.None, "", 0, false, 1), rig.Get("a", "\0"));
    }

    [SkippableTheory]
    [InlineData("a", null, "a")]
    [InlineData("a", "c", "a b")]
    [InlineData("b", "\0", "b c")]
    [InlineData("\0", "\0", "a b c")]
    [InlineData("c", "a", "")]
    [InlineData("a", "a", "")]
    [InlineData("zz", null, "")]
    public void Range_KeyAndEnd_MeanEtcdIntervals(string key, string? end, string keys) => Assert.Equal(keys, _rig.Get(key, end).Keys);

    [SkippableFact]
    public void Range_EqualIntervalAtZeroByte_IsEverything()
    {
        var found = _rig.Get("\0", "\0");
        Assert.Equal("a=3@2/5/2 b=2@7/7/1 c=2@4/4/1", found.Kvs);
        Assert.Equal(3, found.Count);
    }

    [SkippableTheory]
    [InlineData(0, "2@7/7/1")]
    [InlineData(-5, "2@7/7/1")]
    [InlineData(7, "2@7/7/1")]
    [InlineData(5, "1@3/3/1")]
    [InlineData(3, "1@3/3/1")]
    public void Range_Revision_ReadsThatPast(long revision, string kv) => Assert.Equal("b=" + kv, _rig.Get("b", null, revision).Kvs);

    [SkippableTheory]
    [InlineData(6)]
    [InlineData(2)]
    public void Range_RevisionWhereKeyIsMissing_IsEmpty(long revision)
        => Assert.Equal(new RangeSummary(ErrorCode.None, "", 0, false, 7), _rig.Get("b", null, revision));

    [SkippableFact]
    public void Range_HistoricalRead_ReportsTheCurrentRevision() => Assert.Equal(7, _rig.Get("a", null, 2).Revision);

    [SkippableFact]
    public void Range_FutureRevision_IsAnError() => Assert.Equal(ErrorCode.FutureRevision, _rig.Get("a", null, 8).Error);

    [SkippableFact]
    public void Range_BelowCompacted_IsAnErrorAtCompactedItIsNot()
    {
        _rig.Compact(5);
        Assert.Equal(ErrorCode.Compacted, _rig.Get("a", null, 4).Error);
        Assert.Equal("a=3@2/5/2 b=1@3/3/1 c=2@4/4/1", _rig.Get("a", "\0", 5).Kvs);
        _rig.CompactPhysically();
        Assert.Equal(ErrorCode.Compacted, _rig.Get("a", null, 4).Error);
        Assert.Equal("a=3@2/5/2 b=1@3/3/1 c=2@4/4/1", _rig.Get("a", "\0", 5).Kvs);
    }

    [SkippableTheory]
    [InlineData(0, "a b c", false)]
    [InlineData(-1, "a b c", false)]
    [InlineData(2, "a b", true)]
    [InlineData(3, "a b c", false)]
    [InlineData(4, "a b c", false)]
    public void Range_Limit_CutsAndSetsMoreButNotCount(long limit, string keys, bool more)
    {
        foreach (var revision in new[] { 0L, 7L })
        {
            var found = _rig.Range(new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey, Limit = limit, Revision = revision });
            Assert.Equal((keys, more, 3L), (found.Keys, found.More, found.Count));
        }
    }

    [SkippableFact]
    public void Range_LimitInThePast_CountsThePast()
    {
        var found = _rig.Range(new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey, Limit = 1, Revision = 6 });
        Assert.Equal(("a", true, 2L), (found.Keys, found.More, found.Count));
    }

    [SkippableFact]
    public void Range_CountOnly_IgnoresLimitAndBounds()
    {
        var query = new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey, CountOnly = true, Limit = 1, MinModRevision = 6 };
        Assert.Equal(new RangeSummary(ErrorCode.None, "", 3, false, 7), _rig.Range(query));
        Assert.Equal(1, _rig.Range(new RangeQuery { Key = Bytes.Of("a"), CountOnly = true }).Count);
        Assert.Equal(0, _rig.Range(new RangeQuery { Key = Bytes.Of("x"), CountOnly = true }).Count);
        Assert.Equal(2, _rig.Range(new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey, CountOnly = true, Revision = 6 }).Count);
    }

    [SkippableFact]
    public void Range_KeysOnly_DropsValueKeepsLease()
    {
        _rig.Grant(9);
        _rig.Put("l", "v", lease: 9);
        var query = new RangeQuery { Key = Bytes.Of("l"), KeysOnly = true };
        Assert.Equal("l=@8/8/1+9", _rig.Range(query).Kvs);
        Assert.Equal("l=@8/8/1+9", _rig.Range(query with { SortTarget = SortTarget.Value }).Kvs);
    }

    [SkippableTheory]
    [InlineData(5, 0, 0, 0, "a b")]
    [InlineData(0, 5, 0, 0, "a c")]
    [InlineData(4, 5, 0, 0, "a c")]
    [InlineData(0, 0, 4, 0, "b c")]
    [InlineData(0, 0, 0, 4, "a c")]
    [InlineData(5, 5, 2, 2, "a")]
    [InlineData(100, 0, 0, 0, "")]
    public void Range_RevisionBounds_AreInclusiveAndLeaveCountAlone(long minMod, long maxMod, long minCreate, long maxCreate, string keys)
    {
        var query = new RangeQuery
        {
            Key = Bytes.Of("a"),
            RangeEnd = Bytes.FromKey,
            MinModRevision = minMod,
            MaxModRevision = maxMod,
            MinCreateRevision = minCreate,
            MaxCreateRevision = maxCreate,
        };
        var found = _rig.Range(query);
        Assert.Equal((keys, 3L, false), (found.Keys, found.Count, found.More));
        foreach (string key in (string[])["a", "b", "c"])
        {
            var single = _rig.Range(query with { Key = Bytes.Of(key), RangeEnd = default, Limit = 1 });
            Assert.Equal((keys.Contains(key, StringComparison.Ordinal) ? key : "", 1L, false), (single.Keys, single.Count, single.More));
        }
    }

    [SkippableFact]
    public void Range_BoundsThenLimit_MoreLooksAtTheFiltered()
    {
        var query = new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey, MinModRevision = 5, Limit = 1 };
        Assert.Equal(("a", true, 3L), (_rig.Range(query).Keys, _rig.Range(query).More, _rig.Range(query).Count));
        Assert.False(_rig.Range(query with { Limit = 2 }).More);
    }

    [SkippableTheory]
    [InlineData(SortTarget.Key, SortOrder.None, "a b c")]
    [InlineData(SortTarget.Key, SortOrder.Ascend, "a b c")]
    [InlineData(SortTarget.Key, SortOrder.Descend, "c b a")]
    [InlineData(SortTarget.Version, SortOrder.None, "b c a")]
    [InlineData(SortTarget.Version, SortOrder.Descend, "a b c")]
    [InlineData(SortTarget.Create, SortOrder.Ascend, "a c b")]
    [InlineData(SortTarget.Create, SortOrder.Descend, "b c a")]
    [InlineData(SortTarget.Mod, SortOrder.None, "c a b")]
    [InlineData(SortTarget.Mod, SortOrder.Descend, "b a c")]
    [InlineData(SortTarget.Value, SortOrder.None, "b c a")]
    [InlineData(SortTarget.Value, SortOrder.Descend, "a b c")]
    public void Range_Sort_TiesStandInKeyOrder(SortTarget target, SortOrder order, string keys)
    {
        var query = new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey, SortTarget = target, SortOrder = order };
        Assert.Equal(keys, _rig.Range(query).Keys);
        var cut = _rig.Range(query with { Limit = 2 });
        Assert.Equal((keys[..3], true, 3L), (cut.Keys, cut.More, cut.Count));
    }

    [SkippableFact]
    public void Range_SortByValue_ComparesUnsignedBytesShorterFirst()
    {
        var rig = new StoreRig(_rig.Engine.Name);
        rig.Put("k1", "\u00ff");
        rig.Put("k2", "\u007f");
        rig.Put("k3", "\u007f\u0000");
        rig.Put("k4", "");
        Assert.Equal("k4 k2 k3 k1", rig.Range(new RangeQuery { Key = Bytes.Of("k"), RangeEnd = Bytes.FromKey, SortTarget = SortTarget.Value }).Keys);
    }

    [SkippableTheory]
    [InlineData(0, 3)]
    [InlineData(5, 0)]
    [InlineData(0, -1)]
    [InlineData(-1, 0)]
    public void Range_UnknownSort_IsAnErrorNotACrash(int target, int order)
        => Assert.Equal(
            ErrorCode.InvalidSortOption,
            _rig.Range(new RangeQuery { Key = Bytes.Of("a"), SortTarget = (SortTarget)target, SortOrder = (SortOrder)order }).Error);

    [SkippableFact]
    public void Read_WhileStoreMovesOn_KeepsItsRevision()
    {
        using var read = _rig.Machine.Reader.OpenRead();
        _rig.Put("a", "new");
        _rig.Delete("b", "d");
        Assert.Equal("a=3@2/5/2 b=2@7/7/1 c=2@4/4/1", RangeSummary.Of(read.Range(new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey })).Kvs);
        _rig.Compact(_rig.Revision);
        _rig.CompactPhysically();
        Assert.Equal("a=3@2/5/2 b=2@7/7/1 c=2@4/4/1", RangeSummary.Of(read.Range(new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey })).Kvs);
        Assert.Equal(ErrorCode.Compacted, read.Range(new RangeQuery { Key = Bytes.Of("a"), Revision = 3 }).Error);
    }

    [SkippableFact]
    public void Range_EncodedRecord_IsTheProtobufOfThePair()
    {
        _rig.Grant(9);
        _rig.Put("k", "v", lease: 9);
        using var read = _rig.Machine.Reader.OpenRead();
        var kv = read.Range(new RangeQuery { Key = Bytes.Of("k") }).Kvs[0];
        Assert.Equal("0A016B1008180820012A01763009", Convert.ToHexString(kv.Encoded.Span));
    }
}
