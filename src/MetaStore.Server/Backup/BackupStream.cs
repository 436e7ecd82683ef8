using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Engines;
using Grpc.Core;
using MetaStore.Server.Budgets;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Backup;

/// <summary>Sends a consistent backup of the whole state in chunks of 32 KiB, followed by its SHA-256.</summary>
/// <remarks>
/// Reads from a read view, so that writes continue, and writes nothing to the disk, so that a full one can still be backed up. The total length
/// that every message carries is found by writing the content once to a counting stream. At most <see cref="BufferBytes"/> wait for a slow client.
/// </remarks>
internal sealed class BackupStream(IStorageEngine engine)
{
    /// <summary>Memory that sending uses.</summary>
    public const int MemoryBytes = 2 * BufferBytes;

    private const int BlobBytes = 32 << 10;
    private const int BufferBytes = 1 << 20;

    /// <summary>Sends the backup.</summary>
    /// <param name="responses">Receives it.</param>
    /// <param name="kind">Its format.</param>
    /// <param name="slot">Held by the caller; left to other scans while the client reads more slowly than the state is written, and once it is written.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public async Task SendAsync(IServerStreamWriter<SnapshotResponse> responses, BackupKind kind, ScanSlot slot, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using IReadView view = engine.OpenView();
        BackupContent content = await OnOwnThread(() => BackupContent.Of(kind, engine, view, end.Token));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: BufferBytes, resumeWriterThreshold: BufferBytes / 2, useSynchronizationContext: false));
        Task writing = OnOwnThread(() => Write(content, pipe.Writer, slot, end.Token));
        try
        {
            await SendAsync(pipe.Reader, content.Length, responses, end.Token);
        }
        finally
        {
            // The view must not be disposed while the writer uses it; the writer stops at its next chunk.
            await end.CancelAsync();
            await pipe.Reader.CompleteAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendAsync(PipeReader source, long left, IServerStreamWriter<SnapshotResponse> responses, CancellationToken stop)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (left > 0)
        {
            ReadResult read = await source.ReadAtLeastAsync((int)Math.Min(BlobBytes, left), stop);
            ReadOnlySequence<byte> blob = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, Math.Min(BlobBytes, left)));
            if (blob.IsEmpty)
            {
                throw new InvalidOperationException($"the backup ended {left} bytes early");
            }

            left -= blob.Length;
            byte[] bytes = blob.ToArray();
            source.AdvanceTo(blob.End);
            sha.AppendData(bytes);
            await responses.WriteAsync(Response(bytes, left), stop);
        }

        await responses.WriteAsync(Response(sha.GetHashAndReset(), 0), stop);
    }

    private static SnapshotResponse Response(byte[] bytes, long left) =>
        new() { Blob = UnsafeByteOperations.UnsafeWrap(bytes), RemainingBytes = (ulong)left, Version = Versions.Cluster };

    private static Task<T> OnOwnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static bool Write(BackupContent content, PipeWriter target, ScanSlot slot, CancellationToken stop)
    {
        Exception? failure = null;
        try
        {
            using var stream = new BackupPipe(target, slot, stop);
            content.Write(stream, stop);
        }
        catch (Exception error)
        {
            // Any error: the reading end of the pipe rethrows it; without it that end would wait forever.
            failure = error;
        }

        // A client that does not read the rest must not keep others from their scans.
        slot.Leave();
        target.Complete(failure);
        return failure is null;
    }
}
