namespace MetaStore.Cli.Terminals;

/// <summary>Standard input, output and error of the running command: those of the process, or replacements for one flow of calls in tests.</summary>
/// <remarks>Bytes pass unchanged: keys and values need not be text. Nothing is buffered: writes are complete when the call returns.</remarks>
internal static class Terminal
{
    private static readonly AsyncLocal<TerminalStreams?> Replaced = new();
    private static readonly Lazy<TerminalStreams> Own = new(TerminalStreams.OfProcess);

    /// <summary>Standard input.</summary>
    public static Stream Input => Streams.Input;

    /// <summary>Standard output: results.</summary>
    public static TextWriter Out => Streams.Out;

    /// <summary>The same as bytes.</summary>
    public static Stream OutBytes => Streams.Out.BaseStream;

    /// <summary>Standard error. Use <see cref="Complain"/> for lines.</summary>
    public static TextWriter Error => Streams.Error;

    /// <summary>A person types standard input.</summary>
    public static bool IsInputTerminal => Replaced.Value is null && !Console.IsInputRedirected;

    /// <summary>The current size of the terminal of standard output; null when it is not a terminal.</summary>
    public static TerminalSize? OutSize => Replaced.Value is null ? Descriptors.SizeOf(1) : null;

    /// <summary>The current size of the terminal of standard error; null when it is not a terminal.</summary>
    public static TerminalSize? ErrorSize => Replaced.Value is null ? Descriptors.SizeOf(2) : null;

    private static TerminalStreams Streams => Replaced.Value ?? Own.Value;

    /// <summary>Replaces the streams in this flow of calls; null restores those of the process.</summary>
    public static void Replace(TerminalStreams? streams) => Replaced.Value = streams;

    /// <summary>Writes a line to standard error. If that fails, only the exit code is left to report the error.</summary>
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
