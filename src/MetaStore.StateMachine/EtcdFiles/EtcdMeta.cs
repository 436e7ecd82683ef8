using System.Buffers.Binary;
using System.Text;
using MetaStore.Bolt;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>The numbers of etcd's bucket "meta".</summary>
internal sealed class EtcdMeta
{
    /// <exception cref="EtcdFileException">A value has the wrong length.</exception>
    public EtcdMeta(BoltFile file)
    {
        for (var cursor = file.TryOpen(Encoding.ASCII.GetBytes(EtcdNames.Meta)); cursor is not null && cursor.MoveNext();)
        {
            if (cursor.Key.SequenceEqual(EtcdNames.ConsistentIndex))
            {
                Index = Number(cursor);
            }
            else if (cursor.Key.SequenceEqual(EtcdNames.Term))
            {
                Term = Number(cursor);
            }
            else if (cursor.Key.SequenceEqual(EtcdNames.FinishedCompaction))
            {
                Finished = Revision(cursor);
            }
            else if (cursor.Key.SequenceEqual(EtcdNames.ScheduledCompaction))
            {
                Scheduled = Revision(cursor);
            }
        }
    }

    /// <summary>Index of the newest applied entry; 0 when it is not recorded.</summary>
    public ulong Index { get; }

    /// <summary>Its term; 0 when it is not recorded, as before 3.5.</summary>
    public ulong Term { get; }

    /// <summary>Revision up to which records were removed; 0 = none.</summary>
    public long Finished { get; }

    /// <summary>The compacted revision for clients: etcd records it before it removes the first record. -1 before the first compaction.</summary>
    public long Compacted => Math.Max(Finished, Scheduled) is var newest and > 0 ? newest : -1;

    private long Scheduled { get; }

    private static ulong Number(BoltCursor cursor) => cursor.Value.Length == sizeof(ulong)
        ? BinaryPrimitives.ReadUInt64BigEndian(cursor.Value)
        : throw new EtcdFileException(EtcdNames.Meta, cursor.Key, $"the number has {cursor.Value.Length} bytes");

    private static long Revision(BoltCursor cursor) => RevisionKey.TryDecode(cursor.Value, out var main, out _, out _) && main >= 0
        ? main
        : throw new EtcdFileException(EtcdNames.Meta, cursor.Key, "the value is not a revision");
}
