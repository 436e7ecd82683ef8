using MetaStore.Batching.Entries;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Batching.Settings;

/// <summary>Size limits on the write path, in bytes, each derived from the one that bounds it.</summary>
/// <remarks>
/// The chain starts with the log's format: request, command, batch, entry, record of the log; a frame to a peer takes the largest entry too. What a member accepts is
/// checked against its own settings, which may be smaller; what it must replicate, recover and apply is bounded by these numbers alone, so
/// that no member refuses what another was allowed to accept.
/// </remarks>
public static class SizeLimits
{
    /// <summary>Largest data of one log entry: a record of the log without its own fields. 16,777,199.</summary>
    public const int EntryBytesMax = WriteAheadLog.EntryBytesMax;

    /// <summary>Maximum of <see cref="BatchSettings.MaxBatchBytes"/>: two or more commands with their framing.</summary>
    public const int BatchBytesMax = EntryBytesMax;

    /// <summary>Largest command: alone in its entry, after the header of a single proposal. 16,777,181.</summary>
    public const int CommandBytesMax = EntryBytesMax - BatchFormat.ProposalHeaderBytes;

    /// <summary>What etcd's request header adds to a command before its size is compared with max-request-bytes.</summary>
    public const int RequestEnvelopeBytes = 24;

    /// <summary>Maximum of max-request-bytes. 16,777,205.</summary>
    public const int RequestBytesMax = CommandBytesMax + RequestEnvelopeBytes;

    /// <summary>
    /// Command size that every member accepts, whatever max-request-bytes says: its own proposals must always fit. 2 MiB.
    /// </summary>
    public const int OwnCommandBytes = 2 << 20;

    /// <summary>Additional size of a gRPC message above max-request-bytes: etcd's 512 KiB.</summary>
    public const int MessageOverheadBytes = 512 << 10;

    /// <summary>
    /// Maximum for the peer URLs of one member together: a list of 30 members then fits the answer that a joining member reads.
    /// </summary>
    public const int PeerUrlBytesMax = 8 << 10;

    /// <summary>True when a client's command may be proposed.</summary>
    /// <param name="commandBytes">Encoded.</param>
    /// <param name="maxRequestBytes">The setting max-request-bytes.</param>
    public static bool IsRequest(long commandBytes, long maxRequestBytes) => commandBytes + RequestEnvelopeBytes <= maxRequestBytes;

    /// <summary>Largest command the batcher accepts, for clients and for the member's own proposals.</summary>
    public static int CommandBytes(long maxRequestBytes) => (int)Math.Clamp(maxRequestBytes, OwnCommandBytes, CommandBytesMax);

    /// <summary>Largest message received from a client.</summary>
    public static int ReceiveBytes(long maxRequestBytes) => (int)Math.Min(maxRequestBytes, RequestBytesMax) + MessageOverheadBytes;
}
