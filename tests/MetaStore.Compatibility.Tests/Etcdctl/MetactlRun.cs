using System.Text;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Terminals;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>Runs metactl inside the test's process, which saves the start-up time of a process.</summary>
internal static class MetactlRun
{
    /// <summary>Runs one command line.</summary>
    /// <param name="words">Its arguments.</param>
    /// <param name="input">All of its standard input.</param>
    /// <param name="variables">All of its environment.</param>
    /// <param name="cancellation">Ends it as Ctrl-C does.</param>
    internal static async Task<EtcdctlAnswer> RunAsync(
        IReadOnlyList<string> words, byte[] input, IReadOnlyDictionary<string, string> variables, CancellationToken cancellation = default)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        Terminal.Replace(TerminalStreams.Of(new MemoryStream(input), output, error));
        Variables.Replace(variables);
        var code = await Metactl.RunAsync(words, cancellation);
        return new EtcdctlAnswer(Encoding.Latin1.GetString(output.ToArray()), Encoding.Latin1.GetString(error.ToArray()), code);
    }
}
