using MetaStore.Raft.Messages;

namespace MetaStore.Simulation.Invariants;

/// <summary>The committed log, as first applied by any node. Starts at index 1.</summary>
internal sealed class CommittedLog
{
    private readonly List<Entry> _entries = [];
    private readonly List<ulong> _terms = [];

    public ulong LastIndex => (ulong)_entries.Count;

    public IReadOnlyList<Entry> Entries => _entries;

    public Entry this[ulong index] => _entries[(int)index - 1];

    /// <summary>Adds the next entry.</summary>
    /// <param name="entry">Follows the last.</param>
    /// <param name="seenInTerm">Term in which it is known to be committed.</param>
    public void Add(in Entry entry, ulong seenInTerm)
    {
        _entries.Add(entry);
        _terms.Add(seenInTerm);
    }

    /// <summary>The highest index known to be committed in a term before <paramref name="term"/>, or 0.</summary>
    public ulong CommittedBefore(ulong term)
    {
        for (int i = _terms.Count - 1; i >= 0; i--)
        {
            if (_terms[i] < term)
            {
                return (ulong)i + 1;
            }
        }

        return 0;
    }
}
