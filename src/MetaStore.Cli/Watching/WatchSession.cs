using System.CommandLine;
using System.Text;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Commands.Kv;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Client;

namespace MetaStore.Cli.Watching;

/// <summary>Interactive watching: each input line "watch ..." starts another watch, concurrent with the others.</summary>
internal static class WatchSession
{
    /// <summary>Reads lines until the end of input, which is an error as in etcdctl, or until cancelled.</summary>
    public static async Task<int> RunAsync(MetaStoreClient client, Printer printer, Stream input, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var lines = new ByteLines(input);
        var running = new List<Task<int>>();
        var line = NextAsync(lines, end.Token);
        while (true)
        {
            // The end of a watch ends the session at once, not with the next line.
            if (await Task.WhenAny([line, .. running]) is Task<int> over)
            {
                await end.CancelAsync();
                return await over;
            }

            if (await line is not { } words)
            {
                await end.CancelAsync();
                throw new InputException("reading watch request line: EOF");
            }

            if (Parse(words) is { } watch)
            {
                running.Add(WatchRun.RunAsync(client, printer, watch, end.Token));
            }

            line = NextAsync(lines, end.Token);
        }
    }

    private static async Task<byte[]?> NextAsync(ByteLines lines, CancellationToken cancellation) => await lines.NextAsync(cancellation);

    /// <summary>A watch, or null for an invalid line, which is reported on standard error.</summary>
    /// <exception cref="UsageException">The line is a watch with invalid arguments.</exception>
    private static WatchWords? Parse(byte[] line)
    {
        var words = ScriptLine.Split(line);
        if (words is not ["watch", ..])
        {
            return Invalid("only support watch");
        }

        if (words.Count == 1 && string.IsNullOrEmpty(Variables.Get("ETCDCTL_WATCH_KEY")))
        {
            return Invalid("command type or key is not provided");
        }

        try
        {
            var parsed = CommandWords.Parse(new Command("lines") { WatchCommand.Build() }, words);
            return parsed.Errors.Count == 0 ? WatchCommand.Parse(parsed) : throw new UsageException(parsed.Errors[0].Message);
        }
        catch (UsageException wrong) when (wrong.Message == WatchCommand.PrefixAndEnd)
        {
            return Invalid(wrong.Message);
        }
        catch (UsageException wrong)
        {
            throw new UsageException(wrong.Message);
        }

        WatchWords? Invalid(string why)
        {
            Terminal.Complain($"Invalid command {Encoding.UTF8.GetString(line)} ({why})");
            return null;
        }
    }
}
