using System.Text;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.Tests.Terminals;

/// <summary>What metactl does when its output cannot be written.</summary>
public sealed class BrokenOutputTests
{
    private const int BrokenPipe = 32;
    private const int NoSpace = 28;

    [Theory]
    [InlineData(BrokenPipe, ExitCodes.BrokenPipe, "")]
    [InlineData(NoSpace, ExitCodes.InputOutput, "Error: standard output: No space left on device\n")]
    public async Task Output_CannotBeWritten_EndsWithACode(int error, int code, string complaint)
    {
        var (ended, said) = await RunAsync(new FailingStream(error), "version");
        Assert.Equal((code, complaint), (ended, said));
    }

    [Fact]
    public async Task Help_ReaderGone_IsNotAnError() => Assert.Equal((ExitCodes.BrokenPipe, string.Empty), await RunAsync(new FailingStream(BrokenPipe), "--help"));

    [Fact]
    public async Task StandardErrorClosed_LeavesTheCode()
    {
        Terminal.Replace(TerminalStreams.Of(Stream.Null, Stream.Null, new FailingStream(BrokenPipe)));
        Assert.Equal(ExitCodes.BadArguments, await Metactl.RunAsync(["put"]));
    }

    private static async Task<(int Code, string Error)> RunAsync(Stream output, params string[] words)
    {
        using var error = new MemoryStream();
        Terminal.Replace(TerminalStreams.Of(Stream.Null, output, error));
        var code = await Metactl.RunAsync(words);
        return (code, Encoding.UTF8.GetString(error.ToArray()));
    }

    private sealed class FailingStream(int error) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new OutputException(error);

        public override void Write(byte[] buffer, int offset, int count) => throw new OutputException(error);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw new OutputException(error);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new OutputException(error);
    }
}
