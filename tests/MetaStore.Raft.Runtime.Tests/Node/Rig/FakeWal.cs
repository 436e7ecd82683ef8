using System.Collections.Concurrent;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Runtime.Tests.Node.Rig;

/// <summary>A log whose syncs are completed by the test.</summary>
internal sealed class FakeWal : IWriteAheadLog
{
    private readonly ConcurrentQueue<WalAppend> _pending = new();

    public int Pending => _pending.Count;

    public List<WalAppend> Done { get; } = [];

    public ulong DeletedBehind { get; private set; }

    public void Append(WalAppend append) => _pending.Enqueue(append);

    public void TruncatePrefix(ulong index) => DeletedBehind = index;

    /// <summary>The durable entries of the range, as their files would hold them.</summary>
    public IReadOnlyList<Entry>? Read(ulong low, ulong high, long maxBytes) =>
        [.. Done.SelectMany(append => append.Entries).Where(entry => entry.Index >= low && entry.Index < high)];

    /// <summary>Makes the oldest append durable.</summary>
    public WalAppend Sync()
    {
        Assert.True(_pending.TryDequeue(out WalAppend? append), "nothing waits for the disk");
        Done.Add(append);
        append.Completion?.OnDurable(append);
        return append;
    }
}
