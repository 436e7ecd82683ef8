using MetaStore.Engines;
using MetaStore.StateMachine.Mvcc.Index;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>Opens a store from its records: on one thread when small, on two when large.</summary>
public abstract class KeyIndexLoaderTests(string engine)
{
    private const long Small = 0;
    private const long Large = 1L << 30;

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public void ReopenedStore_AnswersAsBefore(long size)
    {
        var rig = Filled();
        var copy = new StoreRig(rig.Engine.Copy(size));
        Assert.Equal(rig.Revision, copy.Revision);
        Assert.Equal(rig.Hash(), copy.Hash());
        Assert.Equal(rig.Get("\0", "\0").ToString(), copy.Get("\0", "\0").ToString());
        Assert.Equal(rig.Get("k0003", revision: 100).ToString(), copy.Get("k0003", revision: 100).ToString());

        rig.Revoke(7);
        copy.Revoke(7);
        Assert.Equal(rig.Hash(), copy.Hash());
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public void KeyThatIsNoRevision_IsRefused(long size)
    {
        using var copy = Filled().Engine.Copy(size);
        Write(copy, "zzzz"u8.ToArray(), KeyValueCodec.EncodeTombstone("k"u8));
        Assert.Contains("not a revision", Assert.Throws<EngineException>(() => new ReplicatedStateMachine(copy)).Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public void RecordThatDoesNotFitItsKey_IsRefused(long size)
    {
        using var copy = Filled().Engine.Copy(size);
        Write(copy, RevisionKey.Encode(5, 0, tombstone: false), KeyValueCodec.EncodeTombstone("k"u8));
        Assert.Contains("revision 5/0", Assert.Throws<EngineException>(() => new ReplicatedStateMachine(copy)).Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(Small)]
    [InlineData(Large)]
    public void Progress_IsReported_AndItsFailureEndsTheOpening(long size)
    {
        using var large = new ProbedEngine(engine) { SizeClaimed = size };
        var records = new WriteBatch();
        for (var revision = 2; revision < 1_000_002; revision++)
        {
            records.Put(Bucket.Revisions, RevisionKey.Encode(revision, 0, tombstone: false), KeyValueCodec.Encode("k"u8, 2, revision, revision - 1, default, 0));
        }

        large.Commit(records);
        var lessor = new StateMachine.Leases.Lessor();
        var reported = new List<long>();
        using var view = large.OpenView();
        var index = KeyIndexLoader.Load(view, size, lessor, long.MaxValue, reported.Add);
        Assert.Equal(1, index.Count);
        Assert.Equal([1_000_000], reported);
        Assert.Throws<TimeoutException>(() => KeyIndexLoader.Load(view, size, lessor, long.MaxValue, _ => throw new TimeoutException()));
    }

    /// <summary>Several batches of records: overwritten, deleted and leased keys.</summary>
    private StoreRig Filled()
    {
        var rig = new StoreRig(engine);
        rig.Grant(7);
        for (var i = 0; i < 3 * IndexBatch.RecordsMax; i++)
        {
            var key = $"k{i % 1000:d4}";
            if (i % 7 == 0)
            {
                rig.Delete(key);
            }

            rig.Put(key, $"{i}", lease: i % 11 == 0 ? 7 : 0);
        }

        return rig;
    }

    private static void Write(ProbedEngine engine, byte[] key, byte[] record)
    {
        var batch = new WriteBatch();
        batch.Put(Bucket.Revisions, key, record);
        engine.Commit(batch);
    }
}
