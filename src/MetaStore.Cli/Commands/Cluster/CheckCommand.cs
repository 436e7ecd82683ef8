using System.CommandLine;
using MetaStore.Cli.Check;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Cluster;

/// <summary><c>metactl check perf</c>: writes at a steady rate for a minute and reports whether the cluster keeps up.</summary>
internal static class CheckCommand
{
    private static readonly Option<string> Load = new("--load") { Description = "s(mall), m(edium), l(arge) or xl(arge): 150, 1000, 8000 or 15000 writes/s", DefaultValueFactory = _ => "s" };

    private static readonly Option<string> Prefix = new("--prefix") { Description = "prefix of the check's keys; deleted afterwards", DefaultValueFactory = _ => "/etcdctl-check-perf/" };

    private static readonly DurationOption Duration = new("--duration") { Description = "how long to write", DefaultValueFactory = _ => "60s" };

    private static readonly Option<bool> Compact = new("--auto-compact") { Description = "compact the history afterwards" };

    private static readonly Option<bool> Defrag = new("--auto-defrag") { Description = "defragment the endpoints afterwards" };

    public static Command Build()
    {
        var perf = new Command("perf", "Writes at a steady rate and reports whether the cluster keeps up") { VerbWords.Ignored(), Load, Prefix, Duration, Compact, Defrag };
        perf.SetAction(RunAsync, hasTable: true);
        return new Command("check", "Checks of a cluster") { perf };
    }

    private static async Task<int> RunAsync(ParseResult parsed, MetaStoreClient client, CancellationToken cancellation)
    {
        var model = PerfModel.Parse(parsed.GetValue(Load)!) with { Duration = Durations.Parse(parsed.GetValue(Duration)!) };
        var range = KeyRange.Prefix(parsed.GetValue(Prefix)!);
        var there = await client.Kv.RangeAsync(new RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, Limit = 1 }, cancellation);
        if (there.Kvs.Count > 0)
        {
            throw new UsageException($"prefix {parsed.GetValue(Prefix)} has keys; delete them with metactl del --prefix {parsed.GetValue(Prefix)} first");
        }

        var result = await new PerfCheck(GlobalOptions.ClientOptions(parsed), parsed.GetValue(Prefix)!, model).RunAsync(cancellation);
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

        foreach (var line in result.Verdict(model))
        {
            Terminal.Out.WriteLine(line);
        }

        return result.Passes(model) ? ExitCodes.Ok : ExitCodes.Error;
    }
}
