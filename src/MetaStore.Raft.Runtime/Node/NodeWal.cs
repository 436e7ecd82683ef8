using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>The write-ahead log on disk.</summary>
internal sealed class NodeWal(WriteAheadLog wal) : IWriteAheadLog
{
    public void Append(WalAppend append) => wal.Append(append);

    public void TruncatePrefix(ulong index) => wal.TruncatePrefix(index);
}
