using System.CommandLine;
using System.Text;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Tests;

/// <summary>Runs metactl inside the test's process.</summary>
internal static class InProcess
{
    /// <summary>Runs one command line with empty standard input and environment.</summary>
    public static Task<(int Code, string Output, string Error)> RunAsync(params string[] words) => RunAsync(words, string.Empty, new Dictionary<string, string>());

    /// <summary>Parses one command line as metactl does.</summary>
    public static ParseResult Parse(params string[] words) => CommandWords.Parse(MetactlCommand.BuildFor(words), words);

    /// <summary>Runs one command line.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(string[] words, string input, IReadOnlyDictionary<string, string> variables, CancellationToken cancellation = default)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        Terminal.Replace(TerminalStreams.Of(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error));
        Variables.Replace(variables);
        var code = await Metactl.RunAsync(words, cancellation);
        return (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
