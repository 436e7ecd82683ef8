using MetaStore.Bolt;
using MetaStore.Engines;
using MetaStore.Engines.Checkpoints;
using MetaStore.StateMachine.EtcdFiles;

namespace MetaStore.StateMachine.Backups;

/// <summary>A checked backup, in the own format or in etcd's: its entries are those of an own one.</summary>
public sealed class BackupSource
{
    private readonly Action<CheckpointEntry, CancellationToken> _read;

    private BackupSource(BackupSummary summary, bool isEtcds, Action<CheckpointEntry, CancellationToken> read) => (Summary, IsEtcds, _read) = (summary, isEtcds, read);

    /// <summary>What it holds.</summary>
    public BackupSummary Summary { get; }

    /// <summary>It is a file of etcd.</summary>
    public bool IsEtcds { get; }

    /// <summary>Opens a backup and checks all of it.</summary>
    /// <param name="source">Seekable, holds exactly the backup; must not change until the last read.</param>
    /// <param name="mayLackHash">The database file of a stopped etcd is accepted too, which has no SHA-256 at its end.</param>
    /// <param name="cancellation">Cancels the check.</param>
    /// <exception cref="EngineException">It is damaged or no backup; the message says what and where.</exception>
    public static BackupSource Open(Stream source, bool mayLackHash, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        Span<byte> start = stackalloc byte[BoltFile.StartBytes];
        source.Position = 0;
        start = start[..source.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (BoltFile.IsStart(start) || (mayLackHash && !CheckpointReader.IsStart(start)))
        {
            return OpenEtcds(source, mayLackHash, cancellation);
        }

        var summary = BackupCheck.Run(source, cancellation);
        return new BackupSource(summary, isEtcds: false, (receiver, stop) =>
        {
            source.Position = 0;
            CheckpointReader.Read(source, receiver, stop);
        });
    }

    /// <summary>Reads all entries, ascending by bucket and key.</summary>
    /// <exception cref="EngineException">A record is damaged; what was received is unusable.</exception>
    public void Read(CheckpointEntry receiver, CancellationToken cancellation)
    {
        try
        {
            _read(receiver, cancellation);
        }
        catch (Exception damaged) when (damaged is BoltException or EtcdFileException)
        {
            throw Damaged(damaged);
        }
    }

    private static BackupSource OpenEtcds(Stream source, bool mayLackHash, CancellationToken cancellation)
    {
        var hasHash = source.Length % BackupFormat.BlockBytes == BackupFormat.HashBytes;
        if (hasHash)
        {
            BackupCheck.CheckHash(source, cancellation);
        }
        else if (!mayLackHash)
        {
            throw new EngineException("backup damaged: a snapshot of etcd has a SHA-256 at its end, and this file has none: it is cut off, or the database of a member");
        }

        try
        {
            var file = EtcdFile.Open(source, source.Length - (hasHash ? BackupFormat.HashBytes : 0), cancellation);
            return new BackupSource(file.Summary, isEtcds: true, file.Read);
        }
        catch (Exception damaged) when (damaged is BoltException or EtcdFileException)
        {
            throw Damaged(damaged);
        }
    }

    private static EngineException Damaged(Exception cause) => new($"file of etcd damaged: {cause.Message}", cause);
}
