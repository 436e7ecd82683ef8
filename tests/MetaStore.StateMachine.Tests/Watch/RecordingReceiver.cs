using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Tests.Rig;
using MetaStore.StateMachine.Watch;
using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.StateMachine.Tests.Watch;

/// <summary>Records the events of each of its watchers; rejects them while configured to.</summary>
internal sealed class RecordingReceiver : WatchReceiver
{
    public bool HasRoom { get; set; } = true;

    public Dictionary<long, List<string>> Lines { get; } = [];

    public Dictionary<long, long> CompactedAt { get; } = [];

    public List<Watcher> Unsynced { get; } = [];

    public int Groups { get; private set; }

    /// <summary>Runs received together with their encoded bytes.</summary>
    public int Encoded { get; private set; }

    public static string Show(in WatchEvent change)
    {
        var kv = KeyValueCodec.Decode(change.Record.ToArray());
        var before = change.Previous is { } previous ? " before " + RangeSummary.Show(KeyValueCodec.Decode(previous)) : "";
        return $"{change.Revision} {(change.IsDelete ? "DELETE " + Bytes.Text(kv.Key) : "PUT " + RangeSummary.Show(kv))}{before}";
    }

    /// <summary>Sends one round of events from history to every unsynced watcher.</summary>
    public void ReadHistory(MvccReader reader, WatchHub hub)
    {
        var unsynced = Unsynced.Where(watcher => !watcher.IsRemoved).ToList();
        Unsynced.Clear();
        hub.Take(CatchUp.Read(reader, unsynced));
    }

    protected internal override bool TryTake(Watcher watcher, EventBatch run)
    {
        if (HasRoom)
        {
            TakeHistory(watcher, run);
        }

        return HasRoom;
    }

    protected internal override void TakeHistory(Watcher watcher, EventBatch run)
    {
        Assert.True(run.First >= watcher.Next, $"watcher {watcher.Id} at {watcher.Next} is handed revision {run.First}");
        CheckEncoding(run);
        foreach (var change in run.Events)
        {
            Lines[watcher.Id].Add(Show(change));
        }
    }

    protected internal override void OnCompacted(Watcher watcher, long compactRevision) => CompactedAt.Add(watcher.Id, compactRevision);

    protected internal override void OnEnded(Watcher watcher) => Lines[watcher.Id].Add("ENDED");

    protected internal override void OnUnsynced(Watcher watcher)
    {
        Assert.False(watcher.IsSynced);
        Unsynced.Add(watcher);
    }

    protected internal override void OnGroupEnd() => Groups++;

    /// <summary>Asserts that the bytes shared by watchers are the concatenation of the encoded events.</summary>
    private void CheckEncoding(EventBatch run)
    {
        if (!run.TryGetEncoded(out var encoded))
        {
            return;
        }

        Encoded++;
        Assert.Equal(run.Size, encoded.Length);
        var one = new byte[run.Size];
        foreach (var change in run.Events)
        {
            var length = change.Write(one);
            Assert.True(encoded.StartsWith(one.AsSpan(0, length)), $"event of revision {change.Revision}");
            encoded = encoded[length..];
        }
    }
}
