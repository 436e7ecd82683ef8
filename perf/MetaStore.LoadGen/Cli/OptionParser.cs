using System.Globalization;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Cli;

/// <summary>The command line: a workload and options, "--name value" or "--name=value".</summary>
internal static class OptionParser
{
    public const string Usage = """
        metaload WORKLOAD [options]      load for etcd and MetaStore over gRPC

        workloads: put, range, range-serializable, mixed, txn, watch, lease-grant, keepalive

          --endpoints HOST:PORT,...   nodes, https://HOST:PORT with TLS; default 127.0.0.1:2379
          --cacert FILE               authorities by which https endpoints are verified
          --target all|leader         spread connections over all endpoints, or only use the leader; default all
          --connections N             in all; default one per 125 calls in flight, at most 8, at least one per endpoint; gathered, one per 1000
          --gather yes|no             put, range, mixed, txn: calls are operations of a stream per connection (metastore.v1.Operations/Run); default no
          --threads N                 default 1
          --inflight N                closed loop: calls in flight; default 100. Open loop: maximum in flight; default 10000
          --rate N                    open loop: calls per second; latency counts from when a call was due
          --arrivals fixed|poisson    open loop: gaps between calls; default fixed
          --duration SECONDS          measured time; default 10
          --count N                   measured calls instead of a time
          --warmup SECONDS            before measuring; default 2
          --user NAME:PASSWORD        calls with a token of this user
          --timeout SECONDS           of a call; default 10
          --keys N                    distinct keys; default 10000
          --key-order random|sequential
          --value-size BYTES          default 256
          --range-limit N             keys per range; default 1
          --puts N                    txn: puts per transaction, at most 128; default 1
          --read-ratio SHARE          mixed: share of reads; default 0.8
          --reads linearizable|serializable   mixed; default linearizable
          --watchers N                watch: watchers, each on all keys; default 100
          --streams N                 keepalive: streams that share the calls in flight; default 100
          --leases N                  keepalive: leases, spread over the streams; default 1000
          --fill yes|no               put every key once before a run that reads; default yes
          --seed N                    of keys and values; default 1
          --timeline                  calls of every second
          -o, --output table|json     default table

        Exit code: 0, 1 when calls failed, 64 for a wrong command line, 69 when no server answers.
        """;

    /// <summary>Workloads by their names.</summary>
    public static readonly IReadOnlyDictionary<string, WorkloadKind> Names = new Dictionary<string, WorkloadKind>
    {
        ["put"] = WorkloadKind.Put,
        ["range"] = WorkloadKind.Range,
        ["range-serializable"] = WorkloadKind.RangeSerializable,
        ["mixed"] = WorkloadKind.Mixed,
        ["txn"] = WorkloadKind.Txn,
        ["watch"] = WorkloadKind.Watch,
        ["lease-grant"] = WorkloadKind.LeaseGrant,
        ["keepalive"] = WorkloadKind.KeepAlive,
    };

    /// <summary>Reads a command line.</summary>
    /// <exception cref="UsageException">It is wrong.</exception>
    public static LoadOptions Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || !Names.TryGetValue(args[0], out WorkloadKind workload))
        {
            throw new UsageException($"the first word must be a workload: {string.Join(", ", Names.Keys)}");
        }

        LoadOptions options = new() { Workload = workload };
        bool inflightGiven = false;
        for (int i = 1; i < args.Count; i++)
        {
            string name = args[i];
            string? value = null;
            int equals = name.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                value = name[(equals + 1)..];
                name = name[..equals];
            }

            if (name == "--timeline")
            {
                options = options with { Timeline = true };
                continue;
            }

            value ??= ++i < args.Count ? args[i] : throw new UsageException($"{name} needs a value");
            inflightGiven |= name == "--inflight";
            options = Set(options, name, value);
        }

        if (options is { Gather: true, Workload: WorkloadKind.Watch or WorkloadKind.LeaseGrant or WorkloadKind.KeepAlive })
        {
            throw new UsageException($"{args[0]} cannot be gathered");
        }

        if (options.AuthorityFile is null && options.Endpoints.Any(endpoint => endpoint.StartsWith("https://", StringComparison.Ordinal)))
        {
            throw new UsageException("https endpoints need --cacert");
        }

        return options.Rate > 0 && !inflightGiven ? options with { Inflight = 10_000 } : options;
    }

    private static LoadOptions Set(LoadOptions options, string name, string value) => name switch
    {
        "--endpoints" => options with { Endpoints = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
        "--cacert" => options with { AuthorityFile = value },
        "--target" => options with { LeaderOnly = Choice(name, value, "all", "leader") },
        "--connections" => options with { Connections = (int)Number(name, value, 1, 10_000) },
        "--gather" => options with { Gather = Choice(name, value, "no", "yes") },
        "--user" => options with { User = value.Contains(':', StringComparison.Ordinal) ? value : throw new UsageException("--user must be NAME:PASSWORD") },
        "--threads" => options with { Threads = (int)Number(name, value, 1, 256) },
        "--inflight" => options with { Inflight = (int)Number(name, value, 1, 1_000_000) },
        "--rate" => options with { Rate = Number(name, value, 0.001, 1e9) },
        "--arrivals" => options with { PoissonArrivals = Choice(name, value, "fixed", "poisson") },
        "--duration" => options with { Duration = TimeSpan.FromSeconds(Number(name, value, 0.001, 1e6)) },
        "--count" => options with { Count = (long)Number(name, value, 1, 1e12) },
        "--warmup" => options with { WarmUp = TimeSpan.FromSeconds(Number(name, value, 0, 1e6)) },
        "--timeout" => options with { CallTimeout = TimeSpan.FromSeconds(Number(name, value, 0.001, 1e6)) },
        "--keys" => options with { Keys = (long)Number(name, value, 1, uint.MaxValue) },
        "--key-order" => options with { SequentialKeys = Choice(name, value, "random", "sequential") },
        "--value-size" => options with { ValueBytes = (int)Number(name, value, 0, 64 << 20) },
        "--range-limit" => options with { RangeLimit = (int)Number(name, value, 1, int.MaxValue) },
        "--puts" => options with { Puts = (int)Number(name, value, 1, 128) },
        "--read-ratio" => options with { ReadRatio = Number(name, value, 0, 1) },
        "--reads" => options with { SerializableReads = Choice(name, value, "linearizable", "serializable") },
        "--watchers" => options with { Watchers = (int)Number(name, value, 1, 1_000_000) },
        "--streams" => options with { Streams = (int)Number(name, value, 1, 100_000) },
        "--leases" => options with { Leases = (int)Number(name, value, 1, 1_000_000) },
        "--fill" => options with { Fill = !Choice(name, value, "yes", "no") },
        "--seed" => options with { Seed = (int)Number(name, value, 0, int.MaxValue) },
        "-o" or "--output" => options with { Json = Choice(name, value, "table", "json") },
        _ => throw new UsageException($"unknown option {name}"),
    };

    /// <summary>False for the first word, true for the second.</summary>
    private static bool Choice(string name, string value, string first, string second) =>
        value == first ? false : value == second ? true : throw new UsageException($"{name} must be {first} or {second}, but is {value}");

    private static double Number(string name, string value, double min, double max) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= min && number <= max
            ? number
            : throw new UsageException(FormattableString.Invariant($"{name} must be a number from {min} to {max}, but is {value}"));
}
