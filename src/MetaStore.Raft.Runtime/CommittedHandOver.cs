using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime;

/// <summary>Gives committed entries to the host, in order, and applies the membership changes among them to the core on the way.</summary>
/// <remarks>Thread: raft.</remarks>
internal sealed class CommittedHandOver(RaftCore core, IStateMachineHost host, NodeProgress progress)
{
    /// <summary>Hands one run of entries over.</summary>
    /// <param name="entries">Contiguous by index, not empty; held by the host.</param>
    /// <exception cref="InvalidDataException">A committed membership change cannot be read: the node must stop.</exception>
    public void HandOver(IReadOnlyList<Entry> entries)
    {
        List<AppliedConfChange>? changes = null;
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i].Type == EntryType.ConfChange)
            {
                (changes ??= []).Add(Apply(entries[i]));
            }
        }

        // First the count, then the entries: a quick host must not report what does not look handed out yet.
        progress.SetHandedOut(entries[^1].Index);
        host.OnCommitted(new CommittedBatch(entries, changes ?? (IReadOnlyList<AppliedConfChange>)[]));
    }

    private AppliedConfChange Apply(in Entry entry)
    {
        if (!ConfChangeCodec.TryDecode(entry.Data, out ConfChange? change))
        {
            throw new InvalidDataException($"the membership change at index {entry.Index} cannot be read");
        }

        return new AppliedConfChange(entry.Index, change, core.ApplyConfChange(change));
    }
}
