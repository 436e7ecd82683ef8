using System.Buffers;
using System.IO.Pipelines;
using MetaStore.Server.Budgets;

namespace MetaStore.Server.Backup;

/// <summary>Writes a checkpoint to a pipe; while the pipe is full, other scans get the slot.</summary>
internal sealed class BackupPipe(PipeWriter target, ScanSlot slot, CancellationToken stop) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="OperationCanceledException">The backup has ended.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        BuffersExtensions.Write(target, buffer);
        Task<FlushResult> flush = target.FlushAsync(stop).AsTask();
        if (!flush.IsCompletedSuccessfully)
        {
            // The checkpoint is written by a thread of its own, which may block.
            Task waiting = slot.WaitOutsideAsync(flush, stop);
            waiting.GetAwaiter().GetResult();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Each write is flushed.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
