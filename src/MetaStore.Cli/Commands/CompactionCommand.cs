using System.CommandLine;
using Etcdserverpb;
using MetaStore.Cli.Output;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl compaction REVISION</c>: gives up history before a revision.</summary>
internal static class CompactionCommand
{
    public static Command Build()
    {
        var revision = new Argument<long>("revision") { Description = "oldest revision that stays readable" };
        var physical = new Option<bool>("--physical") { Description = "wait until the old versions are gone from storage" };
        var command = new Command("compaction", "Compacts the history of the store") { revision, physical };

        command.SetAction(async (parsed, client, cancellation) =>
        {
            var request = new CompactionRequest { Revision = parsed.GetValue(revision), Physical = parsed.GetValue(physical) };
            var response = await client.Kv.CompactAsync(request, cancellation);
            Printer.For(parsed).Compaction(request.Revision, response);
            return ExitCodes.Ok;
        });
        return command;
    }
}
