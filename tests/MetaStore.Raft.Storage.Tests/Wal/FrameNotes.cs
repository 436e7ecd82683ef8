using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Storage.Tests.Wal;

/// <summary>Records the record counts of frames and lets a test wait for a pattern.</summary>
internal sealed class FrameNotes : IWalObserver
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly object _gate = new();
    private readonly List<int> _records = [];
    private int _prepareFailures;

    public void OnFrame(int records, int bytes, TimeSpan write, TimeSpan sync) => Note(() => _records.Add(records));

    public void OnSegment(ulong sequence, long bytes)
    {
        // Not needed here.
    }

    public void OnPrepareFailed(IOException error) => Note(() => _prepareFailures++);

    internal void WaitFor(Func<IReadOnlyList<int>, bool> condition) => WaitUntil(() => condition(_records));

    internal void WaitForPrepareFailure() => WaitUntil(() => _prepareFailures > 0);

    private void Note(Action action)
    {
        lock (_gate)
        {
            action();
            Monitor.PulseAll(_gate);
        }
    }

    private void WaitUntil(Func<bool> condition)
    {
        lock (_gate)
        {
            while (!condition())
            {
                Assert.True(Monitor.Wait(_gate, Deadline), "what was waited for never happened");
            }
        }
    }
}
