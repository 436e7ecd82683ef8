namespace MetaStore.Cli.Words;

/// <summary>The arguments of this process as bytes.</summary>
internal static class OwnArguments
{
    private const string CommandLineFile = "/proc/self/cmdline";

    /// <summary>The arguments as <see cref="ByteWords"/>. The runtime replaces invalid UTF-8 with U+FFFD; /proc has the original bytes.</summary>
    /// <param name="arguments">As passed by the runtime.</param>
    public static string[] Of(string[] arguments)
    {
        if (!arguments.Any(word => word.Contains('\ufffd', StringComparison.Ordinal)) || !File.Exists(CommandLineFile))
        {
            return arguments;
        }

        // Each argument ends with a zero byte; the executable comes first and is one argument or two.
        var words = ByteWords.Of(File.ReadAllBytes(CommandLineFile)).Split('\0')[..^1];
        return words[^arguments.Length..];
    }
}
