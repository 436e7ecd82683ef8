using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Watching;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Kv;

/// <summary><c>metactl watch [KEY] [RANGE_END] [-- PROGRAM ARGS]</c>: prints changes as they happen, and runs a program for each.</summary>
internal static class WatchCommand
{
    /// <summary>Error for a range end together with --prefix.</summary>
    public const string PrefixAndEnd = "`range_end` and `--prefix` are mutually exclusive";

    private static readonly Argument<string[]> Words = VerbWords.Of("key [range_end] [-- program args]", "what to watch, and what to run for each change");

    private static readonly Option<bool> Prefix = new("--prefix") { Description = "every key with this prefix" };

    private static readonly Option<bool> Previous = new("--prev-kv") { Description = "also print the previous pair" };

    private static readonly Option<bool> Progress = new("--progress-notify") { Description = "print the revision periodically when nothing happens" };

    private static readonly Option<long> Revision = new("--rev") { Description = "first revision to print; 0 = only new changes" };

    private static readonly Option<bool> Interactive = new("--interactive", "-i") { Description = "read watch lines from stdin; the watches run concurrently" };

    public static Command Build()
    {
        var command = new Command("watch", "Prints changes of a key or a range of keys as they happen") { Words, Prefix, Previous, Progress, Revision, Interactive };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var printer = Printer.For(parsed);
            return parsed.GetValue(Interactive)
                ? await WatchSession.RunAsync(client, printer, Terminal.Input, cancellation)
                : await WatchRun.RunAsync(client, printer, Parse(parsed), cancellation);
        });
        return command;
    }

    /// <summary>The watch for the arguments. Throws <see cref="UsageException"/>.</summary>
    public static WatchWords Parse(ParseResult parsed)
    {
        var (words, program) = parsed.PlainAroundDash();
        var (key, rangeEnd) = (Variables.Get("ETCDCTL_WATCH_KEY") ?? string.Empty, Variables.Get("ETCDCTL_WATCH_RANGE_END") ?? string.Empty);
        if (program is { Length: 0 })
        {
            throw new UsageException("bad number of arguments (found separator --, but no commands)");
        }

        if (key.Length > 0)
        {
            words = words.Length == 0 ? rangeEnd.Length > 0 ? [key, rangeEnd] : [key] : throw new UsageException("bad number of arguments (found conflicting environment key)");
        }
        else if (rangeEnd.Length > 0)
        {
            throw new UsageException("ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END");
        }

        if (words.Length == 0)
        {
            throw new UsageException("bad number of arguments: write watch KEY [RANGE_END] [-- PROGRAM ARGS]");
        }

        if (words.Length == 2 && parsed.GetValue(Prefix))
        {
            throw new UsageException(PrefixAndEnd);
        }

        // With three arguments etcdctl watches only the first.
        var range = KeyRangeFlags.Of(words[0], words.Length == 2 ? words[1] : null, parsed.GetValue(Prefix), fromKey: false);
        var request = new WatchCreateRequest
        {
            Key = range.Key,
            RangeEnd = range.RangeEnd,
            StartRevision = parsed.GetValue(Revision),
            PrevKv = parsed.GetValue(Previous),
            ProgressNotify = parsed.GetValue(Progress),
        };
        return new WatchWords(request, program ?? []);
    }
}
