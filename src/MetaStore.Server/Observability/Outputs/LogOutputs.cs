using System.Net.Sockets;
using MetaStore.IO;
using MetaStore.IO.Native;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Hosting;

namespace MetaStore.Server.Observability.Outputs;

/// <summary>All outputs of --log-outputs: a line goes to each. A failing output does not affect the others.</summary>
internal sealed class LogOutputs : LogOutput
{
    private readonly Stream[] _outputs;

    private LogOutputs(Stream[] outputs) => _outputs = outputs;

    /// <summary>Opens the configured outputs.</summary>
    /// <exception cref="StartException">A file or the journal cannot be opened (64).</exception>
    public static LogOutputs Open(LoggingOptions options)
    {
        var opened = new List<Stream>();
        foreach (string output in options.Outputs)
        {
            try
            {
                opened.Add(Open(output, options));
            }
            catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or SocketException)
            {
                opened.ForEach(stream => stream.Dispose());
                throw new StartException(ExitCodes.BadConfiguration, $"--log-outputs {output}: {unusable.Message}", unusable);
            }
        }

        return new LogOutputs([.. opened]);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        IOException? failure = null;
        foreach (Stream output in _outputs)
        {
            try
            {
                output.Write(buffer);
            }
            catch (IOException lost)
            {
                failure = lost;
            }
        }

        if (failure is not null)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (Stream output in _outputs)
        {
            output.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Stream Open(string output, LoggingOptions options) => output switch
    {
        LoggingOptions.Default or "stderr" => StandardStream.Error,
        "stdout" => StandardStream.Output,
        LoggingOptions.Journal => new JournalOutput(JournalOutput.Socket),
        _ => new FileOutput(output, options.Rotation && LogRotation.TryParse(options.RotationConfig, out LogRotation? rotation) ? rotation : null, TimeProvider.System),
    };
}
