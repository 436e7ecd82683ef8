using System.Buffers;
using System.IO.Pipelines;

namespace MetaStore.Server.Listening.Tls.Records;

/// <summary>Output of an HTTP/2 connection under TLS: what is flushed while a record is made, or waits for the pool, goes into the next record together.</summary>
/// <remarks>
/// Kestrel flushes after each response, and under TLS each flush is a record, although a send takes many: with 100 puts in flight 14 records a send, each with
/// its own encryption. One thread writes to <see cref="Output"/>.
/// </remarks>
internal sealed class RecordWriter
{
    /// <summary>Bytes that may wait for TLS; beyond these a flush waits until half of them are gone.</summary>
    private const int WaitingBytesMax = 32 << 10;

    private readonly Stream _tls;
    private readonly Pipe _waiting;

    /// <summary>Makes a writer; nothing is written before <see cref="RunAsync"/>.</summary>
    /// <param name="tls">Makes one record or more of each write. Not owned.</param>
    /// <param name="memory">Blocks for what waits; null for those of the process.</param>
    /// <param name="time">Clock of <see cref="BurstScheduler"/>.</param>
    public RecordWriter(Stream tls, MemoryPool<byte>? memory, TimeProvider time)
    {
        _tls = tls;
        _waiting = new Pipe(new PipeOptions(
            memory, new BurstScheduler(time), PipeScheduler.ThreadPool, WaitingBytesMax, WaitingBytesMax / 2, useSynchronizationContext: false));
    }

    /// <summary>Takes the place of the output of TLS. A flush fails with the error of TLS once there was one, and says that it is completed when the connection is.</summary>
    public PipeWriter Output => _waiting.Writer;

    /// <summary>Writes what is flushed until <see cref="Output"/> is completed. An error of TLS ends it, and is thrown by the next flush instead of here.</summary>
    public async Task RunAsync()
    {
        Exception? broken = null;
        try
        {
            while (!await WriteAsync(await _waiting.Reader.ReadAsync()))
            {
            }
        }
        catch (Exception failed)
        {
            broken = failed;
        }

        await _waiting.Reader.CompleteAsync(broken);
    }

    /// <returns>True after the last bytes.</returns>
    private async ValueTask<bool> WriteAsync(ReadResult read)
    {
        foreach (var part in read.Buffer)
        {
            await _tls.WriteAsync(part);
        }

        _waiting.Reader.AdvanceTo(read.Buffer.End);
        return read.IsCompleted;
    }
}
