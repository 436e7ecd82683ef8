using MetaStore.Raft.Runtime.Wal;

namespace MetaStore.Raft.Runtime;

/// <summary>What the node needs of the <see cref="WriteAheadLog"/>; a test puts a disk of its own here.</summary>
internal interface INodeWal
{
    /// <inheritdoc cref="WriteAheadLog.Append"/>
    void Append(WalAppend append);

    /// <inheritdoc cref="WriteAheadLog.DeleteBehind"/>
    void DeleteBehind(ulong index);
}
