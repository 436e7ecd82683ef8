using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Kv;

/// <summary><c>metactl del KEY [RANGE_END]</c>: deletes one key or a range.</summary>
internal static class DelCommand
{
    private static readonly Argument<string[]> Words = VerbWords.Of("key [range_end]", "the key, or the start of the range and its end, exclusive");

    private static readonly Option<bool> Prefix = new("--prefix") { Description = "every key with this prefix" };

    private static readonly Option<bool> FromKey = new("--from-key") { Description = "every key at or after this one" };

    private static readonly Option<bool> Range = new("--range") { Description = "marks the second argument as the end of a range", Hidden = true };

    private static readonly Option<bool> Previous = new("--prev-kv") { Description = "print the deleted pairs" };

    public static Command Build()
    {
        var command = new Command("del", "Deletes a key or a range of keys") { Words, Prefix, FromKey, Range, Previous };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            Printer.For(parsed).Delete(await client.Kv.DeleteRangeAsync(Request(parsed), cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The request for the arguments. Throws <see cref="UsageException"/>.</summary>
    public static DeleteRangeRequest Request(ParseResult parsed)
    {
        var words = parsed.Plain();
        if (words.Length is < 1 or > 2)
        {
            throw new UsageException("del command needs one argument as key and an optional argument as range_end");
        }

        var range = KeyRangeFlags.Of(words[0], words.ElementAtOrDefault(1), parsed.GetValue(Prefix), parsed.GetValue(FromKey));
        return new DeleteRangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, PrevKv = parsed.GetValue(Previous) };
    }
}
