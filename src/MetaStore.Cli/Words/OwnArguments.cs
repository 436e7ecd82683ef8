namespace MetaStore.Cli.Words;

/// <summary>The arguments of this process with all their bytes.</summary>
internal static class OwnArguments
{
    private const string CommandLineFile = "/proc/self/cmdline";

    /// <summary>The arguments as <see cref="ByteWords"/>. The runtime has put U+FFFD where bytes are no text; the system still knows them.</summary>
    /// <param name="arguments">As the runtime gives them.</param>
    public static string[] Of(string[] arguments)
    {
        if (!arguments.Any(word => word.Contains('\ufffd', StringComparison.Ordinal)) || !File.Exists(CommandLineFile))
        {
            return arguments;
        }

        // Each word ends with a zero byte; what starts the program comes first and is one word or two.
        var words = ByteWords.Of(File.ReadAllBytes(CommandLineFile)).Split('\0')[..^1];
        return words[^arguments.Length..];
    }
}
