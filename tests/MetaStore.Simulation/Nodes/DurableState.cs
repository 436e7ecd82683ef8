using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Simulation.Nodes;

/// <summary>What a node's log has completed, and so what the node may have sent votes and acknowledgements for: it must survive any crash.</summary>
internal sealed class DurableState
{
    private readonly List<ulong> _terms = [];
    private ulong _before;

    public ulong Term { get; private set; }

    public ulong Vote { get; private set; }

    /// <summary>Newest completed marker.</summary>
    public ulong Marker { get; private set; }

    public ulong LastIndex => _before + (ulong)_terms.Count;

    public ulong FirstIndex => _before + 1;

    /// <summary>True when the entry is durable, or covered by a durable snapshot.</summary>
    public bool Holds(ulong index, ulong term) =>
        index <= Marker || (index > _before && index <= LastIndex && TermAt(index) == term);

    public ulong TermAt(ulong index) => _terms[(int)(index - _before - 1)];

    /// <summary>Resets to the result of a recovery.</summary>
    public void Reset(WalRecovery recovery)
    {
        _terms.Clear();
        (Term, Vote, Marker) = (recovery.HardState.Term, recovery.HardState.Vote, recovery.Marker?.Index ?? 0);
        _before = recovery.Entries.Count > 0 ? recovery.Entries[0].Index - 1 : recovery.LastIndex;
        foreach (Entry entry in recovery.Entries)
        {
            _terms.Add(entry.Term);
        }
    }

    /// <summary>An append was completed.</summary>
    public void Completed(WalAppend append)
    {
        if (append.Marker is { } marker)
        {
            Marker = Math.Max(Marker, marker.Index);
            bool conflicts = marker.Index > _before && marker.Index <= LastIndex && TermAt(marker.Index) != marker.Term;
            if (marker.Index > LastIndex || conflicts)
            {
                _terms.Clear();
                _before = marker.Index;
            }
        }

        for (int i = 0; i < append.Entries.Count; i++)
        {
            Entry entry = append.Entries[i];
            int keep = (int)(entry.Index - _before - 1);
            if (keep < _terms.Count)
            {
                _terms.RemoveRange(keep, _terms.Count - keep);
            }

            _terms.Add(entry.Term);
        }

        if (append.HardState is { } state && append.MustSync | append.Entries.Count > 0 | state.Term != Term | state.Vote != Vote)
        {
            (Term, Vote) = (state.Term, state.Vote);
        }
    }
}
