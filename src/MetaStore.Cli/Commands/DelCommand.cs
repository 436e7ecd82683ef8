using System.CommandLine;
using Etcdserverpb;
using MetaStore.Cli.Output;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl del KEY [RANGE_END]</c>: deletes one key or a range.</summary>
internal static class DelCommand
{
    private static readonly Argument<string> Key = new("key") { Description = "the key, or the start of the range" };

    private static readonly Argument<string?> RangeEnd = new("range_end") { Description = "end of the range, exclusive", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<bool> Prefix = new("--prefix") { Description = "every key with this prefix" };

    private static readonly Option<bool> FromKey = new("--from-key") { Description = "every key at or after this one" };

    private static readonly Option<bool> Previous = new("--prev-kv") { Description = "print the deleted pairs" };

    public static Command Build()
    {
        var command = new Command("del", "Deletes a key or a range of keys") { Key, RangeEnd, Prefix, FromKey, Previous };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            Printer.For(parsed).Delete(await client.Kv.DeleteRangeAsync(Request(parsed), cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The request the words describe.</summary>
    public static DeleteRangeRequest Request(ParseResult parsed)
    {
        var range = KeyRangeFlags.Of(parsed.GetValue(Key)!, parsed.GetValue(RangeEnd), parsed.GetValue(Prefix), parsed.GetValue(FromKey));
        return new DeleteRangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, PrevKv = parsed.GetValue(Previous) };
    }
}
