using System.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Cli.Txn;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl txn</c>: reads compares and two lists of requests from stdin, in etcdctl's grammar, and runs them as one transaction.</summary>
internal static class TxnCommand
{
    public static Command Build()
    {
        var command = new Command("txn", "Runs a transaction read from stdin: compares, an empty line, success requests, an empty line, failure requests");
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var request = TxnScript.Parse(await Console.In.ReadToEndAsync(cancellation));
            Printer.For(parsed).Txn(await client.Kv.TxnAsync(request, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }
}
