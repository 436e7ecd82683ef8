using MetaStore.Bench.Sizes;

namespace MetaStore.Bench;

/// <summary>What to compare, for how long and how often.</summary>
internal sealed record BenchOptions
{
    private const int OverloadSeconds = 60;

    /// <summary>"etcd": against Debian's etcd. "engines": RocksDB against memory. "before": against the server of another build. "modes": the batching modes of MetaStore against each other. "knobs": each batching setting at several values. "bulk": one member with many keys against etcd, or with --old against another build. "ranges": reading them. "watch": events, against etcd. "leases": keepalives and grants, against etcd. "wide": ranges, transactions, larger values, mixed loads and keepalives, against etcd. "maintenance": puts during maintenance. "gathered": concurrent calls over one stream against unary ones, and etcd. "overload": more load than the cluster can handle. "secured": users and TLS, each and both, against neither. "steps": from 1 to 1,000 callers and back. "tail": latency at half of etcd's peak. "sizes": the same calls with 10,000 to 5,000,000 keys. "first": the first puts after a start, against etcd, or with --old against another build.</summary>
    public string Comparison { get; private init; } = "etcd";

    /// <summary>The other build's metastore in "before", "bulk" and "first".</summary>
    public string Old { get; private init; } = string.Empty;

    /// <summary>Measured seconds of each load. Default 6; of "overload" 60.</summary>
    public int Seconds { get; private init; } = 6;

    /// <summary>Number of times each load is measured on each system, alternating; the median of the ratios is reported. Default 1.</summary>
    public int Rounds { get; private init; } = 1;

    /// <summary>Only loads whose name contains this, in "knobs" only the knobs with these comma-separated names; empty = all.</summary>
    public string Only { get; private init; } = string.Empty;

    /// <summary>File to write the report to, besides stdout; empty = none.</summary>
    public string Report { get; private init; } = string.Empty;

    /// <summary>Keys of "bulk", "ranges" and "maintenance", default 10,000,000; the most keys of "sizes", default 5,000,000.</summary>
    public long Keys { get; private init; } = 10_000_000;

    /// <summary>Members of each cluster in "etcd", "wide" and "sizes". Default 3.</summary>
    public int Members { get; private init; } = 3;

    /// <summary>Puts of "first". Default 100,000.</summary>
    public long Puts { get; private init; } = 100_000;

    /// <summary>Clusters of each kind in "secured", whose means count: two clusters of one kind differ by up to a sixth. Default 1.</summary>
    public int Clusters { get; private init; } = 1;

    /// <summary>Engine of MetaStore in "bulk", "ranges", "modes", "wide" and "sizes". Default "rocksdb", in the last three "memory".</summary>
    public string Engine { get; private init; } = "rocksdb";

    /// <summary>Parses the command line. Throws <see cref="ArgumentException"/> that names the invalid argument.</summary>
    public static BenchOptions Parse(IReadOnlyList<string> words)
    {
        var options = new BenchOptions();
        for (var i = 0; i < words.Count; i++)
        {
            options = words[i] switch
            {
                "etcd" or "before" or "engines" or "knobs" or "bulk" or "ranges" or "watch" or "leases" or "maintenance" or "gathered" or "secured" or "steps" or "tail" or "first" => options with { Comparison = words[i] },
                "overload" => options with { Comparison = words[i], Seconds = options.Seconds == new BenchOptions().Seconds ? OverloadSeconds : options.Seconds },
                "modes" => options with { Comparison = "modes", Engine = "memory" },
                "sizes" => options with { Comparison = "sizes", Engine = "memory", Keys = SizeComparison.KeysMost },
                "wide" => options with { Comparison = "wide", Engine = "memory" },
                "--seconds" => options with { Seconds = Number(words, ++i) },
                "--rounds" => options with { Rounds = Number(words, ++i) },
                "--old" => options with { Old = Path.GetFullPath(Word(words, ++i)) },
                "--only" => options with { Only = Word(words, ++i) },
                "--report" => options with { Report = Word(words, ++i) },
                "--keys" => options with { Keys = Number(words, ++i) },
                "--puts" => options with { Puts = Number(words, ++i) },
                "--members" => options with { Members = Number(words, ++i) },
                "--clusters" => options with { Clusters = Number(words, ++i) },
                "--engine" => options with { Engine = Word(words, ++i) },
                var other => throw new ArgumentException($"unknown argument '{other}'; usage: metabench [etcd|before --old PROGRAM|engines|modes|knobs|bulk [--old PROGRAM]|ranges|watch|leases|maintenance|gathered|overload|secured|steps|tail|wide|sizes|first [--old PROGRAM]] [--seconds N] [--rounds N] [--only NAME] [--keys N] [--puts N] [--engine NAME] [--members N] [--clusters N] [--report FILE]"),
            };
        }

        return (options.Comparison != "before" && options.Old.Length == 0) || File.Exists(options.Old)
            ? options
            : throw new ArgumentException($"'{options.Comparison}' needs --old with the path of the other build's metastore; '{options.Old}' does not exist");
    }

    private static string Word(IReadOnlyList<string> words, int i) => i < words.Count ? words[i] : throw new ArgumentException($"{words[i - 1]} needs a value");

    private static int Number(IReadOnlyList<string> words, int i) =>
        int.TryParse(Word(words, i), out var number) && number > 0 ? number : throw new ArgumentException($"{words[i - 1]} needs a positive number");
}
