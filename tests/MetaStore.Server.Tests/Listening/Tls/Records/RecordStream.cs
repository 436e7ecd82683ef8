using System.Collections.Concurrent;

namespace MetaStore.Server.Tests.Listening.Tls.Records;

/// <summary>A stream in place of TLS: each write is a record, and waits for the test where the test says so.</summary>
internal sealed class RecordStream : Stream
{
    private readonly ConcurrentQueue<byte[]> _records = new();

    /// <summary>What was written, a write each.</summary>
    public byte[][] Records => [.. _records];

    /// <summary>All bytes in order.</summary>
    public byte[] Bytes => [.. _records.SelectMany(record => record)];

    /// <summary>Writes end when this does.</summary>
    public Task Taken { get; set; } = Task.CompletedTask;

    /// <summary>The thread of the last write.</summary>
    public int WriterThread { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        WriterThread = Environment.CurrentManagedThreadId;
        _records.Enqueue(buffer.ToArray());
        await Taken;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
