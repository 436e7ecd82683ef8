using System.CommandLine;
using Etcdserverpb;
using MetaStore.Cli.Output;
using MetaStore.Cli.Watching;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl watch [KEY] [RANGE_END] [-- PROGRAM ARGS]</c>: prints changes as they happen, and runs a program for each.</summary>
internal static class WatchCommand
{
    private static readonly Argument<string[]> Words = new("key [range_end] [-- program args]") { Description = "what to watch, and what to run for each change", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<bool> Prefix = new("--prefix") { Description = "every key with this prefix" };

    private static readonly Option<bool> Previous = new("--prev-kv") { Description = "print each pair as it was before, too" };

    private static readonly Option<bool> Progress = new("--progress-notify") { Description = "print the revision now and then when nothing happens" };

    private static readonly Option<long> Revision = new("--rev") { Description = "first revision to print; 0 = from now on" };

    private static readonly Option<bool> Interactive = new("--interactive", "-i") { Description = "read watch lines from stdin; the watches run beside each other" };

    public static Command Build()
    {
        var command = new Command("watch", "Prints changes of a key or a range of keys as they happen") { Words, Prefix, Previous, Progress, Revision, Interactive };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var printer = Printer.For(parsed);
            return parsed.GetValue(Interactive)
                ? await WatchSession.RunAsync(client, printer, Console.In, cancellation)
                : await WatchRun.RunAsync(client, printer, Parse(parsed), cancellation);
        });
        return command;
    }

    /// <summary>The watch that the words describe. Throws <see cref="UsageException"/>.</summary>
    public static WatchWords Parse(ParseResult parsed)
    {
        var (words, program) = TrailingCommand.Split(parsed, parsed.GetValue(Words) ?? []);
        if (words.Length is < 1 or > 2)
        {
            throw new UsageException("bad number of arguments: write watch KEY [RANGE_END] [-- PROGRAM ARGS]");
        }

        var range = KeyRangeFlags.Of(words[0], words.ElementAtOrDefault(1), parsed.GetValue(Prefix), fromKey: false);
        var request = new WatchCreateRequest
        {
            Key = range.Key,
            RangeEnd = range.RangeEnd,
            StartRevision = parsed.GetValue(Revision),
            PrevKv = parsed.GetValue(Previous),
            ProgressNotify = parsed.GetValue(Progress),
        };
        return new WatchWords(request, program);
    }
}
