using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Storage.Wal;

/// <summary>What a running node does with the <see cref="WriteAheadLog"/>; tests replace it by a simulated disk.</summary>
public interface IWriteAheadLog
{
    /// <inheritdoc cref="WriteAheadLog.Append"/>
    void Append(WalAppend append);

    /// <inheritdoc cref="WriteAheadLog.TruncatePrefix"/>
    void TruncatePrefix(ulong index);

    /// <inheritdoc cref="WalWriter.Read"/>
    IReadOnlyList<Entry>? Read(ulong low, ulong high, long maxBytes);
}
