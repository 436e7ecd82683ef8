using System.Threading.Tasks.Sources;
using MetaStore.LoadGen.Http2;

namespace MetaStore.LoadGen.Tls;

/// <summary>The stream below TLS on a connection that one thread polls: it is fed with what the socket received, and what is written to it waits for the socket.</summary>
/// <remarks>A read that finds nothing completes within <see cref="Add"/>, and so does the work that awaits it, on the thread that feeds.</remarks>
internal sealed class FedStream : Stream, IValueTaskSource<int>
{
    private readonly byte[] _bytes = new byte[256 << 10];
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _target;
    private bool _isAwaited;
    private int _start;
    private int _end;

    /// <summary>Bytes for the socket.</summary>
    public SendBuffer Outgoing { get; } = new();

    /// <summary>Where the socket's next bytes go; never empty, because TLS reads all there is before it waits.</summary>
    public Span<byte> Room => _bytes.AsSpan(_end);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The first bytes of <see cref="Room"/> are filled.</summary>
    public void Add(int count)
    {
        _end += count;
        if (_isAwaited)
        {
            _isAwaited = false;
            _read.SetResult(Take(_target.Span));
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A read of nothing asks whether there is something.
        if (_end > _start)
        {
            return new ValueTask<int>(Take(buffer.Span));
        }

        _read.Reset();
        _target = buffer;
        _isAwaited = true;
        return new ValueTask<int>(this, _read.Version);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("reads wait, and the thread that would end the wait is this one");

    public override void Write(ReadOnlySpan<byte> buffer) => buffer.CopyTo(Outgoing.Append(buffer.Length));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    private int Take(Span<byte> target)
    {
        int count = Math.Min(target.Length, _end - _start);
        _bytes.AsSpan(_start, count).CopyTo(target);
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }

        return count;
    }
}
