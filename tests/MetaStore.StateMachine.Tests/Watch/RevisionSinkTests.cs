using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Watch;

/// <summary>The revisions published to a sink, on which watches are based.</summary>
public abstract class RevisionSinkTests
{
    private readonly StoreRig _rig;
    private readonly RecordingSink _sink = new();

    protected RevisionSinkTests(string engine)
    {
        _rig = new StoreRig(engine);
        _rig.Put("a", "0");
        _rig.Machine.Sink = _sink;
    }

    [SkippableFact]
    public void Sink_Group_GetsEveryChangeInOrder()
    {
        _rig.ApplyUnpublished(new PutCommand { Key = Bytes.Of("b"), Value = Bytes.Of("1") });
        _rig.ApplyUnpublished(Ops.Txn([], [Ops.Put("c", "2"), Ops.Delete("a", "c")]));
        Assert.Empty(_sink.Lines);
        _rig.Machine.Publish();
        Assert.Equal(["3.0 PUT b=1@3/3/1", "4.0 PUT c=2@4/4/1", "4.1 DELETE a", "4.2 DELETE b"], _sink.Lines);
        Assert.Equal([4L], _sink.Revisions);
    }

    [SkippableFact]
    public void Sink_WhenNotified_ReadersSeeTheRevision()
    {
        var seen = 0L;
        _sink.OnPublishedRevision = revision => seen = _rig.Get("b").Revision;
        Assert.Equal(_rig.Put("b").Revision, seen);
    }

    [SkippableFact]
    public void Sink_FailedCommandsAndSkippedEntries_SendNothing()
    {
        _rig.Put("x", lease: 9);
        Assert.False(_rig.Machine.BeginEntry(_rig.Machine.AppliedIndex, 1));
        _rig.Machine.Publish();
        Assert.Empty(_sink.Lines);
    }
}
