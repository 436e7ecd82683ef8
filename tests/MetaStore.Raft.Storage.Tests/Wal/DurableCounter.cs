using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Storage.Tests.Wal;

/// <summary>Collects completed appends in the order of their completion and lets a test wait for a number of them.</summary>
internal sealed class DurableCounter : IWalCompletion
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly object _gate = new();
    private readonly List<WalAppend> _done = [];

    public void OnDurable(WalAppend append)
    {
        lock (_gate)
        {
            _done.Add(append);
            Monitor.PulseAll(_gate);
        }
    }

    internal IReadOnlyList<WalAppend> WaitFor(int count)
    {
        lock (_gate)
        {
            while (_done.Count < count)
            {
                Assert.True(Monitor.Wait(_gate, Deadline), $"only {_done.Count} of {count} appends became durable");
            }

            return [.. _done];
        }
    }

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _done.Count;
            }
        }
    }
}
