using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Mvcc;

/// <summary>etcd v3 KV.Compact, logical and physical.</summary>
public abstract class CompactTests(string engine)
{
    private readonly StoreRig _rig = new(engine);

    [SkippableFact]
    public void Compact_InitialIsMinusOne_SoThat0WorksOnceAndMinus1Never()
    {
        Assert.Equal(-1, _rig.Machine.Reader.CompactedRevision);
        Assert.Equal(ErrorCode.Compacted, _rig.Compact(-1).Error);
        Assert.Equal(ErrorCode.None, _rig.Compact(0).Error);
        Assert.Equal(ErrorCode.Compacted, _rig.Compact(0).Error);
    }

    [SkippableFact]
    public void Compact_FutureOrPast_IsAnErrorAndMovesNothing()
    {
        _rig.Put("a");
        _rig.Put("a");
        Assert.Equal(ErrorCode.FutureRevision, _rig.Compact(4).Error);
        var done = _rig.Compact(3);
        Assert.Equal((ErrorCode.None, 3L), (done.Error, done.Revision));
        Assert.Equal(ErrorCode.Compacted, _rig.Compact(3).Error);
        Assert.Equal(ErrorCode.Compacted, _rig.Compact(2).Error);
        Assert.Equal(3, _rig.Machine.Reader.CompactedRevision);
    }

    [SkippableFact]
    public void Compact_Physical_KeepsTheNewestPutOfEachKey()
    {
        _rig.Put("a", "1"); // 2
        _rig.Put("a", "2"); // 3
        _rig.Put("b", "1"); // 4
        _rig.Delete("b"); // 5
        _rig.Put("a", "3"); // 6
        _rig.Put("c", "1"); // 7
        _rig.Compact(6);
        Assert.True(_rig.Machine.HasCompactionWork);
        _rig.CompactPhysically();
        Assert.Equal(2, _rig.Engine.Records);
        Assert.Equal("a=3@2/6/3 c=1@7/7/1", _rig.Get("\0", "\0").Kvs);
        Assert.Equal("a=3@2/6/3", _rig.Get("\0", "\0", 6).Kvs);
        Assert.Equal(6, _rig.Machine.CompactionDone);
    }

    [SkippableFact]
    public void CompactionDone_IsReportedAfterTheCommit_ThatRemovesTheLastRecords()
    {
        _rig.Put("a", "1"); // 2
        _rig.Put("a", "2"); // 3
        _rig.Compact(3);
        var reported = new List<long>();
        _rig.Engine.BeforeCommit = _ => reported.Add(_rig.Machine.CompactionDone);
        _rig.CompactPhysically();
        Assert.All(reported, done => Assert.Equal(-1, done));
        Assert.Equal(3, _rig.Machine.CompactionDone);
    }

    [SkippableFact]
    public void Compact_TombstoneAtTheRevision_StaysUntilTheNextCompaction()
    {
        _rig.Put("a", "1"); // 2
        _rig.Delete("a"); // 3
        _rig.Put("z"); // 4
        _rig.Compact(3);
        _rig.CompactPhysically();
        Assert.Equal(2, _rig.Engine.Records);
        Assert.Equal(0, _rig.Get("a").Count);
        _rig.Compact(4);
        _rig.CompactPhysically();
        Assert.Equal(1, _rig.Engine.Records);
    }

    [SkippableFact]
    public void Compact_LastRevisionWasATombstone_RevisionSurvivesRestart()
    {
        _rig.Put("a"); // 2
        _rig.Delete("a"); // 3
        _rig.Txn([], [Ops.Put("b"), Ops.Delete("c")]); // 4
        _rig.Delete("b"); // 5
        _rig.Compact(5);
        _rig.CompactPhysically();
        var again = new StoreRig(_rig.Engine.Copy());
        Assert.Equal((5L, 5L), (again.Revision, again.Machine.Reader.CompactedRevision));
        Assert.Equal(6, again.Put("n").Revision);
    }

    [SkippableFact]
    public void Compact_RevivedKeyInBetween_KeepsItsNewLifeOnly()
    {
        _rig.Put("a", "1"); // 2
        _rig.Delete("a"); // 3
        _rig.Put("x"); // 4
        _rig.Compact(4);
        _rig.Put("a", "2"); // 5
        _rig.CompactPhysically(budget: 1);
        Assert.Equal("a=2@5/5/1 x=@4/4/1", _rig.Get("\0", "\0").Kvs);
        Assert.Equal(2, _rig.Engine.Records);
        Assert.Equal("x", _rig.Get("\0", "\0", 4).Keys);
    }

    [SkippableFact]
    public void Compact_Steps_RemoveAtMostTheirBudget()
    {
        for (var i = 0; i < 50; i++)
        {
            _rig.Put("hot", $"{i}");
        }

        _rig.Compact(_rig.Revision);
        var before = _rig.Engine.Records;
        _rig.Machine.CompactStep(10);
        Assert.InRange(before - _rig.Engine.Records, 1, 10);
        Assert.True(_rig.CompactPhysically(10) >= 4);
        Assert.Equal(1, _rig.Engine.Records);
        Assert.False(_rig.Machine.CompactStep());
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Compact_CrashBetweenSteps_ResumesWithoutRaisingTheDead(int budget)
    {
        for (var i = 0; i < 6; i++)
        {
            _rig.Put("dead", $"{i}");
            _rig.Put("live", $"{i}");
        }

        _rig.Delete("dead");
        _rig.Put("tail");
        _rig.Compact(_rig.Revision);
        for (var crashes = 0; ; crashes++)
        {
            var after = new StoreRig(_rig.Engine.Copy());
            Assert.Equal("live tail", after.Get("\0", "\0").Keys);
            Assert.Equal(_rig.Hash().Hash, after.Hash().Hash);
            after.CompactPhysically(budget);
            Assert.Equal(2, after.Engine.Records);
            Assert.Equal("live=5@3/13/6 tail=@15/15/1", after.Get("\0", "\0").Kvs);
            if (!_rig.Machine.CompactStep(budget))
            {
                Assert.True(crashes > 0);
                break;
            }
        }
    }

    [SkippableFact]
    public void Compact_NewTargetDuringAPass_IsDoneInTheNext()
    {
        for (var i = 0; i < 20; i++)
        {
            _rig.Put($"k{i % 4}", $"{i}");
        }

        _rig.Compact(8);
        _rig.Machine.CompactStep(3);
        _rig.Compact(15);
        _rig.CompactPhysically(3);
        Assert.Equal(15, _rig.Machine.CompactionDone);
        Assert.Equal(4 + 6, _rig.Engine.Records);
    }

    [SkippableFact]
    public void CompactStep_WithUnpublishedEntries_IsABug()
    {
        _rig.Put("a");
        _rig.Compact(2);
        _rig.ApplyUnpublished(new PutCommand { Key = Bytes.Of("b") });
        Assert.Throws<InvalidOperationException>(() => _rig.Machine.CompactStep());
    }
}
