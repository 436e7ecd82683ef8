using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Kv;

/// <summary><c>metactl get KEY [RANGE_END]</c>: reads one key or a range.</summary>
internal static class GetCommand
{
    private static readonly Argument<string[]> Words = VerbWords.Of("key [range_end]", "the key, or the start of the range and its end, exclusive");

    private static readonly Option<bool> Prefix = new("--prefix") { Description = "every key with this prefix" };

    private static readonly Option<bool> FromKey = new("--from-key") { Description = "every key at or after this one" };

    private static readonly Option<long> Limit = new("--limit") { Description = "maximum number of results; 0 = all" };

    private static readonly Option<long> Revision = new("--rev") { Description = "revision to read at; 0 = newest" };

    private static readonly Option<string> Order = new("--order") { HelpName = "ASCEND|DESCEND", Description = "order of the results", DefaultValueFactory = _ => string.Empty };

    private static readonly Option<string> SortBy = new("--sort-by") { HelpName = "CREATE|KEY|MODIFY|VALUE|VERSION", Description = "what the results are sorted by", DefaultValueFactory = _ => string.Empty };

    private static readonly Option<string> Consistency = new("--consistency") { HelpName = "l|s", Description = "l (linearizable) or s (serializable)", DefaultValueFactory = _ => "l" };

    private static readonly Option<bool> KeysOnly = new("--keys-only") { Description = "print keys without values" };

    private static readonly Option<bool> CountOnly = new("--count-only") { Description = "print the number of keys only" };

    private static readonly Option<bool> ValueOnly = new("--print-value-only") { Description = "print values without keys" };

    public static Command Build()
    {
        var command = new Command("get", "Reads a key or a range of keys")
        {
            Words, Prefix, FromKey, Limit, Revision, Order, SortBy, Consistency, KeysOnly, CountOnly, ValueOnly,
        };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            if (parsed.GetValue(ValueOnly) && GlobalOptions.Format(parsed) != OutputFormat.Simple)
            {
                throw new UsageException("print-value-only is only for `--write-out=simple`");
            }

            var response = await client.Kv.RangeAsync(Request(parsed), cancellation);
            Printer.For(parsed).Range(response, parsed.GetValue(ValueOnly), parsed.GetValue(CountOnly));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The request for the arguments. Throws <see cref="UsageException"/>.</summary>
    public static RangeRequest Request(ParseResult parsed)
    {
        var words = parsed.Plain();
        if (words.Length == 0)
        {
            throw new UsageException("get command needs one argument as key and an optional argument as range_end");
        }

        if (parsed.GetValue(KeysOnly) && parsed.GetValue(CountOnly))
        {
            throw new UsageException("`--keys-only` and `--count-only` cannot be set at the same time, choose one");
        }

        var range = KeyRangeFlags.Of(words[0], words.ElementAtOrDefault(1), parsed.GetValue(Prefix), parsed.GetValue(FromKey));
        return new RangeRequest
        {
            Key = range.Key,
            RangeEnd = range.RangeEnd,
            Limit = parsed.GetValue(Limit),
            Revision = parsed.GetValue(Revision),
            KeysOnly = parsed.GetValue(KeysOnly),
            CountOnly = parsed.GetValue(CountOnly),
            Serializable = parsed.GetValue(Consistency) switch
            {
                "l" => false,
                "s" => true,
                var other => throw new UsageException($"unknown consistency flag \"{other}\"; write l or s", ExitCodes.BadFeature),
            },
            SortOrder = parsed.GetValue(Order)!.ToUpperInvariant() switch
            {
                "" => RangeRequest.Types.SortOrder.None,
                "ASCEND" => RangeRequest.Types.SortOrder.Ascend,
                "DESCEND" => RangeRequest.Types.SortOrder.Descend,
                var other => throw new UsageException($"bad sort order \"{other}\"; write ASCEND or DESCEND", ExitCodes.BadFeature),
            },
            SortTarget = parsed.GetValue(SortBy)!.ToUpperInvariant() switch
            {
                "" or "KEY" => RangeRequest.Types.SortTarget.Key,
                "CREATE" => RangeRequest.Types.SortTarget.Create,
                "MODIFY" => RangeRequest.Types.SortTarget.Mod,
                "VALUE" => RangeRequest.Types.SortTarget.Value,
                "VERSION" => RangeRequest.Types.SortTarget.Version,
                var other => throw new UsageException($"bad sort target \"{other}\"; write CREATE, KEY, MODIFY, VALUE or VERSION", ExitCodes.BadFeature),
            },
        };
    }
}
