using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Committed;

/// <summary>A committed entry cannot be applied: the node must stop, and the message says how all members can skip it.</summary>
public sealed class UnreadableEntryException(Entry entry, string why) : Exception(Describe(entry, why))
{
    /// <summary>One line for the operator.</summary>
    public static string Describe(in Entry entry, string why) =>
        $"entry {entry.Index} of term {entry.Term} cannot be applied: {why.TrimEnd('.')}. No member gets past it. If no newer version reads it either, start "
        + $"all members with --unsafe-skip-entry={SkippedEntry.Of(entry)} (docs/guarantees.md, \"An entry that cannot be applied\")";
}
