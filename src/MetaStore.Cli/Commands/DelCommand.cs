using System.CommandLine;
using Etcdserverpb;
using MetaStore.Cli.Output;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl del KEY [RANGE_END]</c>: deletes one key or a range.</summary>
internal static class DelCommand
{
    public static Command Build()
    {
        var key = new Argument<string>("key") { Description = "the key, or the start of the range" };
        var rangeEnd = new Argument<string?>("range_end") { Description = "end of the range, exclusive", Arity = ArgumentArity.ZeroOrOne };
        var prefix = new Option<bool>("--prefix") { Description = "every key with this prefix" };
        var fromKey = new Option<bool>("--from-key") { Description = "every key at or after this one" };
        var previous = new Option<bool>("--prev-kv") { Description = "print the deleted pairs" };
        var command = new Command("del", "Deletes a key or a range of keys") { key, rangeEnd, prefix, fromKey, previous };

        command.SetAction(async (parsed, client, cancellation) =>
        {
            var range = KeyRange.Of(parsed.GetValue(key)!, parsed.GetValue(rangeEnd), parsed.GetValue(prefix), parsed.GetValue(fromKey));
            var request = new DeleteRangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, PrevKv = parsed.GetValue(previous) };
            Printer.For(parsed).Delete(await client.Kv.DeleteRangeAsync(request, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }
}
