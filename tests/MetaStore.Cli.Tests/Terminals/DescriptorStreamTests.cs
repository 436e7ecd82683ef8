using System.IO.Pipes;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.Tests.Terminals;

/// <summary>Writes to pipes and a full disk.</summary>
public sealed class DescriptorStreamTests : IDisposable
{
    private readonly AnonymousPipeServerStream _reader = new(PipeDirection.In);
    private readonly AnonymousPipeClientStream _pipe;

    public DescriptorStreamTests() => _pipe = new AnonymousPipeClientStream(PipeDirection.Out, _reader.ClientSafePipeHandle);

    private DescriptorStream Stream => new((int)_pipe.SafePipeHandle.DangerousGetHandle());

    public void Dispose()
    {
        _pipe.Dispose();
        _reader.Dispose();
    }

    [Fact]
    public async Task Write_OfMoreThanAPipeHolds_ArrivesWhole()
    {
        var sent = new byte[300_000];
        new Random(5).NextBytes(sent);
        var writing = Task.Run(() => Stream.Write(sent, 1, sent.Length - 1));
        var received = new byte[sent.Length - 1];
        await _reader.ReadExactlyAsync(received);
        await writing;
        Assert.Equal(sent[1..], received);
    }

    [Fact]
    public void Write_ReaderGone_IsABrokenPipe()
    {
        _reader.Dispose();
        var failure = Assert.Throws<OutputException>(() => Stream.Write("x"u8));
        Assert.True(failure.IsReaderGone);
    }

    [Fact]
    public void Write_DiskFull_IsNamed()
    {
        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
        var failure = Assert.Throws<OutputException>(() => new DescriptorStream((int)full.DangerousGetHandle()).Write("x"u8));
        Assert.False(failure.IsReaderGone);
        Assert.Equal("standard output: No space left on device", failure.Message);
    }

    [Fact]
    public void Write_OfNothing_IsNoWrite()
    {
        _reader.Dispose();
        Stream.Write([]);
    }

    [Fact]
    public void Descriptors_OfPipes_AreNoTerminals() => Assert.Null(Descriptors.SizeOf((int)_pipe.SafePipeHandle.DangerousGetHandle()));

    [Fact]
    public void Descriptors_ThatTheRuntimeOpened_CountAsClosed() => Assert.False(Descriptors.IsOpen((int)_pipe.SafePipeHandle.DangerousGetHandle()));
}
