using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Txn;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Commands.Kv;

/// <summary><c>metactl txn</c>: reads comparisons and two lists of requests from stdin, in etcdctl's grammar, and runs them as one transaction.</summary>
internal static class TxnCommand
{
    private static readonly Option<bool> Interactive = new("--interactive", "-i") { Description = "prompt for each part" };

    public static Command Build()
    {
        var command = new Command("txn", "Runs a transaction read from stdin: compares, success requests and failure requests, each ended by an empty line")
        {
            VerbWords.Ignored(), Interactive,
        };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            if (parsed.Plain().Length > 0)
            {
                throw new UsageException("txn command does not accept argument");
            }

            var request = await TxnScript.ReadAsync(new ByteLines(Terminal.Input), parsed.GetValue(Interactive) ? Terminal.Out.WriteLine : static _ => { }, cancellation);
            Printer.For(parsed).Txn(await client.Kv.TxnAsync(request, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }
}
