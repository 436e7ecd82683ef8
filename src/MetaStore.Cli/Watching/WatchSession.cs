using MetaStore.Cli.Commands;
using MetaStore.Cli.Output;
using MetaStore.Cli.Txn;
using MetaStore.Client;

namespace MetaStore.Cli.Watching;

/// <summary>Watches by lines: each line "watch ..." begins one more, beside those that run.</summary>
internal static class WatchSession
{
    /// <summary>Reads lines until there are no more, which is an error as it is with etcdctl, or until the token fires.</summary>
    public static async Task<int> RunAsync(MetaStoreClient client, Printer printer, TextReader lines, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = new List<Task<int>>();
        while (await lines.ReadLineAsync(end.Token) is { } line)
        {
            if (line.Trim().Length > 0 && Parse(line) is { } words)
            {
                running.Add(WatchRun.RunAsync(client, printer, words, end.Token));
            }

            if (running.Find(watch => watch.IsCompleted) is { } over)
            {
                return await over;
            }
        }

        await end.CancelAsync();
        await Task.WhenAll(running).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        throw new InputException("reading watch request line: EOF");
    }

    /// <summary>A watch, or null for a line that is none; that is told on stderr.</summary>
    private static WatchWords? Parse(string line)
    {
        try
        {
            var words = QuotedText.Split(line);
            if (words[0] != "watch")
            {
                throw new InputException($"Invalid command {words[0]} (only support watch)");
            }

            var parsed = WatchCommand.Build().Parse([.. words.Skip(1)]);
            return parsed.Errors.Count == 0 ? WatchCommand.Parse(parsed) : throw new InputException(parsed.Errors[0].Message);
        }
        catch (Exception wrong) when (wrong is InputException or UsageException)
        {
            Console.Error.WriteLine(wrong.Message);
            return null;
        }
    }
}
