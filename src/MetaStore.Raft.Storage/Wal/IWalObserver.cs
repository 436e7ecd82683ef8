namespace MetaStore.Raft.Storage.Wal;

/// <summary>Observes the log. Called on the log's own threads: it must be quick and must not throw.</summary>
public interface IWalObserver
{
    /// <summary>One frame reached the disk.</summary>
    /// <param name="records">Records in it; 0 for a confirming frame.</param>
    /// <param name="bytes">Bytes on disk, with padding.</param>
    /// <param name="write">Time of the write call.</param>
    /// <param name="sync">Time of the sync call.</param>
    void OnFrame(int records, int bytes, TimeSpan write, TimeSpan sync);

    /// <summary>The log switched to a new segment.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="bytes">Its size.</param>
    void OnSegment(ulong sequence, long bytes);

    /// <summary>The next segment could not be prepared (disk full); it is tried again every second.</summary>
    void OnPrepareFailed(IOException error);
}
