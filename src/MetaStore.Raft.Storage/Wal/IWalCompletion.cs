namespace MetaStore.Raft.Storage.Wal;

/// <summary>Called when an append is on disk.</summary>
public interface IWalCompletion
{
    /// <summary>
    /// Everything in <paramref name="append"/>, and everything appended before it, is durable. When nothing in it had to be synced,
    /// only the latter holds; its commit index follows with the next frame.
    /// </summary>
    /// <remarks>On the log's writer thread, in the order of the appends, right after the sync returned: the next write waits for it.
    /// An exception from here ends the process (exit code 70).</remarks>
    void OnDurable(WalAppend append);
}
