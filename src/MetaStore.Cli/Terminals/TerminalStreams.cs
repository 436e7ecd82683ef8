using System.Text;

namespace MetaStore.Cli.Terminals;

/// <summary>The three standard streams of a command.</summary>
/// <param name="Input">Standard input.</param>
/// <param name="Out">Standard output; writes through.</param>
/// <param name="Error">Standard error; writes through.</param>
internal sealed record TerminalStreams(Stream Input, StreamWriter Out, StreamWriter Error)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>From three streams.</summary>
    public static TerminalStreams Of(Stream input, Stream output, Stream error) => new(input, Writer(output), Writer(error));

    /// <summary>Those of the process. Descriptors that were closed at its start behave like /dev/null: the runtime may have reused their numbers.</summary>
    public static TerminalStreams OfProcess() => Of(
        Descriptors.IsOpen(0) ? Console.OpenStandardInput() : Stream.Null,
        Descriptors.IsOpen(1) ? new DescriptorStream(1) : Stream.Null,
        Descriptors.IsOpen(2) ? new DescriptorStream(2) : Stream.Null);

    private static StreamWriter Writer(Stream stream) => new(stream, Utf8) { AutoFlush = true };
}
