using MetaStore.Engines;
using MetaStore.StateMachine.Backups;
using MetaStore.StateMachine.EtcdFiles;

namespace MetaStore.Server.Backup;

/// <summary>A backup without the SHA-256 at its end, laid out and ready to be written.</summary>
/// <param name="Length">In bytes, a multiple of 512.</param>
/// <param name="Write">Writes it; called once, while the view is open.</param>
internal sealed record BackupContent(long Length, Action<Stream, CancellationToken> Write)
{
    /// <summary>Lays a view out, which costs as much as writing it.</summary>
    public static BackupContent Of(BackupKind kind, IStorageEngine engine, IReadView view, CancellationToken stop) =>
        kind == BackupKind.Etcd ? OfEtcdFile(view, stop) : OfCheckpoint(engine, view, stop);

    private static BackupContent OfEtcdFile(IReadView view, CancellationToken stop)
    {
        var file = new EtcdFileWriter(view, stop);
        return new BackupContent(file.Length, (target, _) => file.Write(target));
    }

    private static BackupContent OfCheckpoint(IStorageEngine engine, IReadView view, CancellationToken stop)
    {
        using var counter = new CountingStream();
        engine.WriteCheckpoint(view, counter, stop);
        int padding = BackupFormat.PaddingOf(counter.Length);
        return new BackupContent(counter.Length + padding, (target, end) =>
        {
            engine.WriteCheckpoint(view, target, end);
            target.Write(new byte[padding]);
        });
    }
}
