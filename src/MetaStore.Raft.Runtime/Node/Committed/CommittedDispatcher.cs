using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Observability;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Node.Committed;

/// <summary>Puts committed entries into the queue, in order, and applies the membership changes among them to the core first.</summary>
/// <remarks>
/// Thread: raft. Entries that the operator has configured to be skipped become empty here: state machine and core see a leader's no-op.
/// </remarks>
internal sealed class CommittedDispatcher(RaftCore core, CommittedQueue queue, NodeProgress progress, IReadOnlyList<SkippedEntry> skipped, ILogger logger)
{
    /// <summary>Passes one run of entries on.</summary>
    /// <param name="entries">Contiguous by index, not empty; held by the queue.</param>
    /// <exception cref="UnreadableEntryException">A committed membership change cannot be read: the node must stop.</exception>
    public void Dispatch(IReadOnlyList<Entry> entries)
    {
        if (skipped.Count > 0)
        {
            entries = WithoutSkipped(entries);
        }

        List<AppliedConfChange>? changes = null;
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i].Type == EntryType.ConfChange)
            {
                (changes ??= []).Add(Apply(entries[i]));
            }
        }

        // The count first, then the entries: a fast apply thread must not report entries as applied that are not counted yet.
        progress.SetHandedOut(entries[^1].Index);
        queue.Add(new CommittedBatch(entries, changes ?? (IReadOnlyList<AppliedConfChange>)[]));
    }

    private Entry[] WithoutSkipped(IReadOnlyList<Entry> entries)
    {
        Entry[] kept = [.. entries];
        for (int i = 0; i < kept.Length; i++)
        {
            Entry entry = kept[i];
            if (!entry.Data.IsEmpty && skipped.Any(named => named.Index == entry.Index) && skipped.Contains(SkippedEntry.Of(entry)))
            {
                logger.EntrySkipped(entry.Index, entry.Term, entry.Data.Length);
                kept[i] = new Entry(entry.Term, entry.Index, EntryType.Normal, ReadOnlyMemory<byte>.Empty);
            }
        }

        return kept;
    }

    private AppliedConfChange Apply(in Entry entry)
    {
        if (!ConfChangeCodec.TryDecode(entry.Data, out ConfChange? change))
        {
            throw new UnreadableEntryException(entry, "it is no membership change");
        }

        return new AppliedConfChange(entry.Index, change, core.ApplyConfChange(change));
    }
}
