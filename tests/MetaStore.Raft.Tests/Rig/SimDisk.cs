using MetaStore.Raft.Log;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Tests.Rig;

/// <summary>What a node has written, in order: its durable state, or (a second instance) everything passed to the disk.</summary>
internal sealed class SimDisk : ILogReader
{
    private List<Entry> _entries = [];

    public HardState HardState { get; set; }

    public SnapshotMetadata Snapshot { get; set; } = SnapshotMetadata.Empty;

    /// <summary>Index and term of the entry before the first.</summary>
    public (ulong Index, ulong Term) Base { get; private set; }

    public ulong FirstIndex => Base.Index + 1;

    public ulong LastIndex => Base.Index + (ulong)_entries.Count;

    public SimDisk Copy() => new() { HardState = HardState, Snapshot = Snapshot, Base = Base, _entries = [.. _entries] };

    /// <summary>Writes the content of a Ready.</summary>
    public void Write(Ready ready)
    {
        if (ready.Snapshot is { } snapshot)
        {
            Snapshot = snapshot;
            Base = (snapshot.Index, snapshot.Term);
            _entries.Clear();
        }

        if (ready.Entries.Count > 0)
        {
            int keep = (int)(ready.Entries[0].Index - FirstIndex);
            Assert.InRange(keep, 0, _entries.Count);
            _entries.RemoveRange(keep, _entries.Count - keep);
            _entries.AddRange(ready.Entries);
        }

        HardState = ready.HardState ?? HardState;
    }

    public void Compact(ulong index)
    {
        Assert.True(TryGetTerm(index, out ulong term));
        _entries.RemoveRange(0, (int)(index - Base.Index));
        Base = (index, term);
    }

    public bool Holds(ulong index, ulong term) => index <= Base.Index || (TryGetTerm(index, out ulong own) && own == term);

    public bool TryGetTerm(ulong index, out ulong term)
    {
        term = index == Base.Index ? Base.Term : 0;
        if (index < Base.Index || index > LastIndex)
        {
            return false;
        }

        if (index > Base.Index)
        {
            term = _entries[(int)(index - FirstIndex)].Term;
        }

        return true;
    }

    public bool TryGetEntries(ulong low, ulong high, long maxBytes, out IReadOnlyList<Entry> entries)
    {
        entries = [];
        if (low < FirstIndex)
        {
            return false;
        }

        Assert.True(high <= LastIndex + 1, "the core reads only what is stored");
        var found = new List<Entry>();
        for (ulong index = low; index < high && maxBytes >= 0; index++)
        {
            Entry entry = _entries[(int)(index - FirstIndex)];
            maxBytes -= entry.Size;
            found.Add(entry);
        }

        entries = found;
        return true;
    }
}
