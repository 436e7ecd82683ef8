using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Reference;

/// <summary>The help text of a verb, with its examples at the end.</summary>
internal sealed class ExamplesHelp : SynchronousCommandLineAction
{
    private readonly HelpAction _usual = new();

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = _usual.Invoke(parseResult);
        var verb = VerbFinder.PathOf(parseResult.CommandResult.Command);
        var examples = VerbExamples.Of(verb[(verb.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var output = parseResult.InvocationConfiguration.Output;
        if (examples.Count > 0)
        {
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        return code;
    }

    /// <summary>Otherwise an unknown argument would be reported instead of showing the help.</summary>
    public override bool ClearsParseErrors => true;
}
