using MetaStore.Batching.Entries;
using MetaStore.Raft.Messages;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.Simulation.Checkers;

/// <summary>The committed writes in order, each with the response that the reference store gives.</summary>
/// <param name="keepsChanges">Whether the reference store keeps changes for watches.</param>
internal sealed class ReplayedLog(bool keepsChanges = false)
{
    private readonly List<Write> _writes = [];
    private readonly Dictionary<string, int> _byTag = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> _byRevision = [];

    /// <summary>The reference store after the last write.</summary>
    public ReferenceStore Store { get; } = new() { KeepsChanges = keepsChanges };

    public IReadOnlyList<Write> Writes => _writes;

    /// <summary>A tag that occurs twice, or null: a write took effect twice.</summary>
    public string? DoubledTag { get; private set; }

    /// <summary>Replays the entries of a log; nested and foreign commands are skipped.</summary>
    public static ReplayedLog Of(IEnumerable<Entry> entries, bool keepsChanges = false)
    {
        var log = new ReplayedLog(keepsChanges);
        foreach (Entry entry in entries)
        {
            if (entry.Type != EntryType.Normal || entry.Data.IsEmpty)
            {
                continue;
            }

            foreach (ReadOnlyMemory<byte> command in BatchCodec.Decode(entry.Data))
            {
                if (Decode(command) is { } write)
                {
                    log.Add(write, entry.Term);
                }
            }
        }

        return log;
    }

    /// <summary>The command, or null when it has no effect that clients see.</summary>
    public static ICommand? Decode(ReadOnlyMemory<byte> command) => (CommandKind)command.Span[0] switch
    {
        CommandKind.Put => PutCommand.Decode(command),
        CommandKind.DeleteRange => DeleteRangeCommand.Decode(command),
        CommandKind.Txn => TxnCommand.Decode(command),
        CommandKind.Compact => CompactCommand.Decode(command),
        CommandKind.LeaseGrant => LeaseGrantCommand.Decode(command),
        CommandKind.LeaseRevoke => LeaseRevokeCommand.Decode(command),
        CommandKind.LeaseExpire => LeaseExpireCommand.Decode(command),
        _ => null,
    };

    /// <summary>Adds the next write.</summary>
    /// <param name="command">The write.</param>
    /// <param name="term">Term of its entry.</param>
    public void Add(ICommand command, ulong term = 0)
    {
        long before = Store.Revision;
        string answer = Store.Apply(command, term);
        int position = _writes.Count;
        _writes.Add(new Write(position, command, answer, Store.Revision, Store.Revision > before));
        if (Store.Revision > before)
        {
            _byRevision[Store.Revision] = position;
        }

        if (WriteTag.Of(command) is { } tag && !_byTag.TryAdd(tag, position))
        {
            DoubledTag ??= tag;
        }
    }

    /// <summary>Position of the write with a tag, or null.</summary>
    public int? Find(string tag) => _byTag.TryGetValue(tag, out int position) ? position : null;

    /// <summary>Position of the write that made a revision, or null.</summary>
    public int? At(long revision) => _byRevision.TryGetValue(revision, out int position) ? position : null;

    /// <summary>A write at its position.</summary>
    /// <param name="Position">From 0.</param>
    /// <param name="Command">The write.</param>
    /// <param name="Answer">The response that it must have had.</param>
    /// <param name="Revision">Store revision after it.</param>
    /// <param name="Changes">True when it made that revision.</param>
    public sealed record Write(int Position, ICommand Command, string Answer, long Revision, bool Changes);
}
