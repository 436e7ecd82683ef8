namespace MetaStore.Cli.Terminals;

/// <summary>Standard input, output and error of the command that runs: those of the process, or those a test has put in their place for its own flow.</summary>
/// <remarks>Bytes go through as they are: keys and values need not be text. Nothing is kept back: what is written has left when the call returns.</remarks>
internal static class Terminal
{
    private static readonly AsyncLocal<TerminalStreams?> Replaced = new();
    private static readonly Lazy<TerminalStreams> Own = new(TerminalStreams.OfProcess);

    /// <summary>Standard input.</summary>
    public static Stream Input => Streams.Input;

    /// <summary>Standard output: results.</summary>
    public static TextWriter Out => Streams.Out;

    /// <summary>Standard error: what went wrong. <see cref="Complain"/> is for lines.</summary>
    public static TextWriter Error => Streams.Error;

    /// <summary>The size of the terminal that standard output goes to, as it is now; null when it goes elsewhere.</summary>
    public static TerminalSize? OutSize => Replaced.Value is null ? Descriptors.SizeOf(1) : null;

    /// <summary>The size of the terminal that standard error goes to, as it is now; null when it goes elsewhere.</summary>
    public static TerminalSize? ErrorSize => Replaced.Value is null ? Descriptors.SizeOf(2) : null;

    private static TerminalStreams Streams => Replaced.Value ?? Own.Value;

    /// <summary>Replaces the streams in this flow of calls; null for those of the process.</summary>
    public static void Replace(TerminalStreams? streams) => Replaced.Value = streams;

    /// <summary>One line to standard error. When that cannot be written to, there is no other place to say it: the exit code remains.</summary>
    public static void Complain(string line)
    {
        try
        {
            Streams.Error.WriteLine(line);
        }
        catch (OutputException)
        {
        }
    }
}
