using System.Runtime.InteropServices;
using System.Text;

namespace MetaStore.IO.Native;

/// <summary>Standard output or error, written by write(2): System.Console prepares a terminal with an escape sequence before the first byte.</summary>
/// <remarks>When the reader has closed its end, writes are discarded without an error.</remarks>
public sealed class StandardStream : Stream
{
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;

    private readonly int _descriptor;

    private StandardStream(int descriptor) => _descriptor = descriptor;

    /// <summary>Standard output.</summary>
    public static StandardStream Output { get; } = new(1);

    /// <summary>Standard error.</summary>
    public static StandardStream Error { get; } = new(2);

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes a text as UTF-8.</summary>
    /// <exception cref="IOException">It cannot be written, for example because a disk is full.</exception>
    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        SpinWait wait = default;
        while (!buffer.IsEmpty)
        {
            nint written = LibC.Write(_descriptor, in MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            int error = written < 0 ? Marshal.GetLastPInvokeError() : 0;
            switch (error)
            {
                case 0:
                    buffer = buffer[(int)written..];
                    break;
                case Interrupted:
                    break;
                case TryAgain:
                    // Another process made the terminal or pipe non-blocking, and it is full. There is no event to wait for here.
                    wait.SpinOnce(sleep1Threshold: 0);
                    break;
                case BrokenPipe:
                    return;
                default:
                    throw new IOException($"cannot write to descriptor {_descriptor}: {Marshal.GetPInvokeErrorMessage(error)}", error);
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is buffered.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
