using System.Runtime.InteropServices;

namespace MetaStore.Cli.Terminals;

/// <summary>Writes to a descriptor of the process with write(2).</summary>
/// <remarks>
/// <see cref="Console"/> ignores that the reader of a pipe has exited, and a <see cref="FileStream"/> writes at its own position, over what other
/// programs append to the same file.
/// </remarks>
internal sealed partial class DescriptorStream(int descriptor) : Stream
{
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const short CanWriteEvent = 4; // POLLOUT

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="OutputException">The reader has exited, the disk is full, or another error.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = WriteNative(descriptor, in MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case TryAgain:
                    // Another program has set the shared terminal or pipe to non-blocking.
                    var ready = new PollDescriptor { Descriptor = descriptor, Events = CanWriteEvent };
                    _ = Poll(ref ready, 1, timeout: -1);
                    break;
                case var error:
                    throw new OutputException(error);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteNative(int descriptor, in byte first, nint count);

    /// <summary>struct pollfd.</summary>
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
