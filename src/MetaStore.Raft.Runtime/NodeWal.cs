using MetaStore.Raft.Runtime.Wal;

namespace MetaStore.Raft.Runtime;

/// <summary>The real log.</summary>
internal sealed class NodeWal(WriteAheadLog wal) : INodeWal
{
    public void Append(WalAppend append) => wal.Append(append);

    public void DeleteBehind(ulong index) => wal.DeleteBehind(index);
}
