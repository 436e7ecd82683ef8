using System.CommandLine;
using System.Globalization;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Kv;

/// <summary><c>metactl compaction REVISION</c>: compacts the history before a revision.</summary>
internal static class CompactionCommand
{
    public static Command Build()
    {
        var words = VerbWords.Of("revision", "oldest revision that stays readable");
        var physical = new Option<bool>("--physical") { Description = "wait until the old versions are gone from storage" };
        var command = new Command("compaction", "Compacts the history of the store") { words, physical };

        command.SetAction(async (parsed, client, cancellation) =>
        {
            var request = new CompactionRequest { Revision = Revision(parsed.Plain()), Physical = parsed.GetValue(physical) };
            var response = await client.Kv.CompactAsync(request, cancellation);
            Printer.For(parsed).Compaction(request.Revision, response);
            return ExitCodes.Ok;
        }, hasTable: true);
        return command;
    }

    private static long Revision(string[] words)
    {
        if (words.Length != 1)
        {
            throw new UsageException("compaction command needs 1 argument");
        }

        return long.TryParse(words[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : throw new UsageException($"bad revision ({words[0]}), expecting a number", ExitCodes.Error);
    }
}
