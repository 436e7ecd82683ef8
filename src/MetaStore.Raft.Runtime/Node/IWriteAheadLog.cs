using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>The node's access to the <see cref="WriteAheadLog"/>; tests replace it by a simulated disk.</summary>
internal interface IWriteAheadLog
{
    /// <inheritdoc cref="WriteAheadLog.Append"/>
    void Append(WalAppend append);

    /// <inheritdoc cref="WriteAheadLog.TruncatePrefix"/>
    void TruncatePrefix(ulong index);
}
