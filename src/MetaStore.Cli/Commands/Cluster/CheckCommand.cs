using System.CommandLine;
using MetaStore.Cli.Check;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Pages;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Cluster;

/// <summary><c>metactl check perf | datascale</c>: writes at a steady rate for a minute and reports whether the cluster keeps up; or fills it and reports its memory.</summary>
internal static class CheckCommand
{
    private static readonly Option<string> Load = new("--load") { HelpName = "s|m|l|xl", Description = "s(mall), m(edium), l(arge) or xl(arge): for perf 150, 1000, 8000 or 15000 writes/s, for datascale 10,000, 100,000, 1 million or 3 million keys", DefaultValueFactory = _ => "s" };

    private static readonly Option<string> Prefix = new("--prefix") { Description = "prefix of the check's keys; deleted afterwards", DefaultValueFactory = _ => "/etcdctl-check-perf/" };

    private static readonly Option<string> ScalePrefix = new("--prefix") { Description = "prefix of the check's keys; deleted afterwards", DefaultValueFactory = _ => "/etcdctl-check-datascale/" };

    private static readonly DurationOption Duration = new("--duration") { Description = "how long to write", DefaultValueFactory = _ => "60s" };

    private static readonly Option<bool> Compact = new("--auto-compact") { Description = "compact the history afterwards" };

    private static readonly Option<bool> Defrag = new("--auto-defrag") { Description = "defragment the endpoints afterwards" };

    public static Command Build()
    {
        var perf = new Command("perf", "Writes at a steady rate and reports whether the cluster keeps up") { VerbWords.Ignored(), Load, Prefix, Duration, Compact, Defrag };
        perf.SetAction(RunAsync, hasTable: true);

        var datascale = new Command("datascale", "Writes keys to the first endpoint, and reports how much more memory it uses with them") { VerbWords.Ignored(), Load, ScalePrefix, Compact, Defrag };
        datascale.SetAction(FillAsync, hasTable: true);
        return new Command("check", "Checks of a cluster") { perf, datascale };
    }

    private static async Task<int> RunAsync(ParseResult parsed, MetaStoreClient client, CancellationToken cancellation)
    {
        var model = PerfModel.Parse(parsed.GetValue(Load)!) with { Duration = Durations.Parse(parsed.GetValue(Duration)!) };
        await RequireEmptyAsync(client, parsed.GetValue(Prefix)!, cancellation);
        var result = await new PerfCheck(GlobalOptions.ClientOptions(parsed), parsed.GetValue(Prefix)!, model).RunAsync(cancellation);
        await TidyAsync(parsed, client, parsed.GetValue(Prefix)!, cancellation);
        foreach (var line in result.Verdict(model))
        {
            Terminal.Out.WriteLine(line);
        }

        return result.Passes(model) ? ExitCodes.Ok : ExitCodes.Error;
    }

    private static async Task<int> FillAsync(ParseResult parsed, MetaStoreClient client, CancellationToken cancellation)
    {
        var scale = DataScale.Parse(parsed.GetValue(Load)!);
        var prefix = parsed.GetValue(ScalePrefix)!;
        await RequireEmptyAsync(client, prefix, cancellation);
        using var pages = new MemberPages(GlobalOptions.ClientOptions(parsed));
        Terminal.Out.WriteLine($"Start data scale check for work load [{scale.Pairs} key-value pairs, {2 * DataScale.HalfBytes} bytes per key-value, {scale.Clients} concurrent clients].");
        var (passes, lines) = await new DataScaleCheck(client, pages, GlobalOptions.EndpointList(parsed)[0].Address).RunAsync(scale, prefix, cancellation);
        await TidyAsync(parsed, client, prefix, cancellation);
        foreach (var line in lines)
        {
            Terminal.Out.WriteLine(line);
        }

        return passes ? ExitCodes.Ok : ExitCodes.Error;
    }

    private static async Task RequireEmptyAsync(MetaStoreClient client, string prefix, CancellationToken cancellation)
    {
        var range = KeyRange.Prefix(prefix);
        var there = await client.Kv.RangeAsync(new RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, Limit = 1 }, cancellation);
        if (there.Kvs.Count > 0)
        {
            throw new UsageException($"prefix {FlagValues.Quoted(prefix)} has keys. Delete with metactl del --prefix {prefix} first", ExitCodes.InvalidInput);
        }
    }

    /// <summary>Deletes the keys of a check; compacts and defragments when it was asked for.</summary>
    private static async Task TidyAsync(ParseResult parsed, MetaStoreClient client, string prefix, CancellationToken cancellation)
    {
        var range = KeyRange.Prefix(prefix);
        var last = await client.Kv.DeleteRangeAsync(new DeleteRangeRequest { Key = range.Key, RangeEnd = range.RangeEnd }, cancellation);
        if (parsed.GetValue(Compact))
        {
            Terminal.Out.WriteLine($"Compacting with revision {last.Header.Revision}");
            await client.Kv.CompactAsync(new CompactionRequest { Revision = last.Header.Revision, Physical = true }, cancellation);
            Terminal.Out.WriteLine($"Compacted with revision {last.Header.Revision}");
        }

        foreach (var endpoint in parsed.GetValue(Defrag) ? GlobalOptions.EndpointList(parsed) : [])
        {
            Terminal.Out.WriteLine($"Defragmenting \"{endpoint.Name}\"");
            using var member = client.At(endpoint.Address);
            await member.Maintenance.DefragmentAsync(cancellation);
            Terminal.Out.WriteLine($"Defragmented \"{endpoint.Name}\"");
        }
    }
}
