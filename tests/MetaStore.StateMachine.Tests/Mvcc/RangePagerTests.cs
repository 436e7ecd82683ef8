using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>A range read in pages: together they equal the range.</summary>
public abstract class RangePagerTests(string engine)
{
    private readonly StoreRig _rig = new(engine);

    [SkippableFact]
    public void Pages_Joined_AreTheRange()
    {
        var random = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            if (random.Next(4) == 0)
            {
                _rig.Delete($"k{random.Next(60):d2}");
            }
            else
            {
                _rig.Put($"k{random.Next(60):d2}", new string('v', random.Next(30)));
            }
        }

        for (var i = 0; i < 500; i++)
        {
            var query = new RangeQuery
            {
                Key = Bytes.Of($"k{random.Next(60):d2}"),
                RangeEnd = random.Next(3) == 0 ? Bytes.FromKey : Bytes.Of($"k{random.Next(70):d2}"),
                Limit = random.Next(3) == 0 ? random.Next(70) : 0,
                Revision = random.Next(2) == 0 ? random.Next(2, (int)_rig.Revision + 1) : 0,
                KeysOnly = random.Next(4) == 0,
            };
            Assert.Equal(_rig.Range(query), Joined(query, keysMax: random.Next(1, 9), bytesMax: random.Next(1, 200)));
        }
    }

    [SkippableFact]
    public void LaterPages_SeeTheStateOfTheFirst()
    {
        _rig.Put("a", "1");
        _rig.Put("b", "1");
        var pager = new RangePager(new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey });
        Assert.Equal("a=1@2/2/1", Page(pager, 1));
        _rig.Put("b", "2");
        _rig.Put("c", "1");
        Assert.Equal("b=1@3/3/1", Page(pager, 1));
        Assert.True(pager.Ended);
        Assert.Equal((3L, 2L, false), (pager.Revision, pager.Count, pager.More));
    }

    [SkippableFact]
    public void CompactionBetweenPages_EndsThem()
    {
        _rig.Put("a", "1");
        _rig.Put("b", "1");
        var pager = new RangePager(new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey });
        Page(pager, 1);
        _rig.Put("b", "2");
        _rig.Compact(4);
        _rig.CompactPhysically();
        Assert.Equal(ErrorCode.Compacted, Read(pager, 1).Error);
    }

    [SkippableTheory]
    [InlineData(9, ErrorCode.FutureRevision)]
    [InlineData(2, ErrorCode.Compacted)]
    public void RevisionThatCannotBeRead_IsAnError(long revision, ErrorCode error)
    {
        _rig.Put("a", "1");
        _rig.Put("a", "2");
        _rig.Compact(3);
        Assert.Equal(error, Read(new RangePager(new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey, Revision = revision }), 5).Error);
    }

    private RangeSummary Joined(RangeQuery query, int keysMax, int bytesMax)
    {
        var pager = new RangePager(query);
        var pages = new List<string>();
        while (!pager.Ended)
        {
            var (error, page) = Read(pager, keysMax, bytesMax);
            Assert.Equal(ErrorCode.None, error);
            Assert.True(pager.Ended || page.Length > 0);
            if (page.Length > 0)
            {
                pages.Add(page);
            }
        }

        return new RangeSummary(ErrorCode.None, string.Join(' ', pages), pager.Count, pager.More, pager.Revision);
    }

    private string Page(RangePager pager, int keysMax) => Read(pager, keysMax).Page;

    private (ErrorCode Error, string Page) Read(RangePager pager, int keysMax, int bytesMax = int.MaxValue)
    {
        using var txn = _rig.Machine.Reader.OpenRead();
        var page = new List<KeyValue>();
        var error = pager.Read(txn, keysMax, bytesMax, page);
        return (error, RangeSummary.Show(page));
    }
}
