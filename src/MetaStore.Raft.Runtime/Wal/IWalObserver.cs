namespace MetaStore.Raft.Runtime.Wal;

/// <summary>Sees what the log does. Called on the log's own threads: it must be quick and must not throw.</summary>
public interface IWalObserver
{
    /// <summary>One frame reached the disk.</summary>
    /// <param name="records">Records in it; 0 for a proof.</param>
    /// <param name="bytes">Bytes on disk, with padding.</param>
    /// <param name="write">Time of the write call.</param>
    /// <param name="sync">Time of the sync call.</param>
    void OnFrame(int records, int bytes, TimeSpan write, TimeSpan sync);

    /// <summary>The log went on to a new segment.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="bytes">Its size.</param>
    void OnSegment(ulong sequence, long bytes);

    /// <summary>The next segment could not be made ahead of time (disk full); it is tried again every second.</summary>
    void OnPrepareFailed(IOException error);
}
