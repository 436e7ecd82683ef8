using System.Globalization;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Commands.Locks;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Client;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Watching;

/// <summary>One watch: prints events and runs the program for each change, sequentially.</summary>
internal static class WatchRun
{
    /// <summary>Runs until cancelled, the program fails or the watch's revision is compacted.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(MetaStoreClient client, Printer printer, WatchWords words, CancellationToken cancellation)
    {
        try
        {
            await foreach (var response in client.Watch.WatchAsync(words.Request, cancellation))
            {
                lock (Terminal.Out)
                {
                    printer.Watch(response);
                }

                foreach (var change in words.Program.Length > 0 ? response.Events : [])
                {
                    var code = await ChildProgram.RunAsync(words.Program, Variables(change, response.Header.Revision), cancellation);
                    if (code != 0)
                    {
                        Terminal.Complain($"Error: command {words.Program[0]} error (exit status {code})");
                        return ExitCodes.Error;
                    }
                }
            }

            return ExitCodes.Ok;
        }
        catch (WatchCompactedException compacted)
        {
            Terminal.Complain($"watch was canceled ({EtcdErrors.Compacted})");
            Terminal.Complain($"Error: watch is canceled by the server; the oldest revision to watch from is {compacted.CompactRevision}");
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>Environment variables of the program, with etcdctl's names and quoting.</summary>
    private static Dictionary<string, string> Variables(Event change, long revision) => new()
    {
        ["ETCD_WATCH_REVISION"] = revision.ToString(CultureInfo.InvariantCulture),
        ["ETCD_WATCH_EVENT_TYPE"] = change.Type == Event.Types.EventType.Put ? "\"PUT\"" : "\"DELETE\"",
        ["ETCD_WATCH_KEY"] = QuotedBytes.Of(change.Kv.Key),
        ["ETCD_WATCH_VALUE"] = QuotedBytes.Of(change.Kv.Value),
    };
}
