namespace MetaStore.LoadGen.Load;

/// <summary>Options of a run.</summary>
internal sealed record LoadOptions
{
    /// <summary>What the calls do.</summary>
    public WorkloadKind Workload { get; init; }

    /// <summary>Nodes, host:port, with https:// in front for TLS.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = ["127.0.0.1:2379"];

    /// <summary>Only connect to the leader among the endpoints.</summary>
    public bool LeaderOnly { get; init; }

    /// <summary>Connections in all, spread over the endpoints; 0 chooses.</summary>
    public int Connections { get; init; }

    /// <summary>Calls are operations of one stream per connection (metastore.v1.Operations/Run) instead of calls of their own.</summary>
    public bool Gather { get; init; }

    /// <summary>Name and password, with a colon between them; the calls have a token of this user. Null without users.</summary>
    public string? User { get; init; }

    /// <summary>PEM file of the authorities by which servers of https endpoints are verified; null when there are none.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Threads, each with its share of the connections.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Closed loop: calls in flight at any time. Open loop: maximum number of calls in flight.</summary>
    public int Inflight { get; init; } = 100;

    /// <summary>Open loop: calls per second; 0 is a closed loop.</summary>
    public double Rate { get; init; }

    /// <summary>Open loop: exponential instead of equal gaps.</summary>
    public bool PoissonArrivals { get; init; }

    /// <summary>Measured time.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Measured calls; 0: the duration counts.</summary>
    public long Count { get; init; }

    /// <summary>Time before the measurement.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A call without a response for this long is cancelled and counts as DEADLINE_EXCEEDED.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Distinct keys.</summary>
    public long Keys { get; init; } = 10_000;

    /// <summary>Bytes of a value.</summary>
    public int ValueBytes { get; init; } = 256;

    /// <summary>Keys one after the other instead of at random.</summary>
    public bool SequentialKeys { get; init; }

    /// <summary>Keys per range.</summary>
    public int RangeLimit { get; init; } = 1;

    /// <summary>Txn: puts of each transaction.</summary>
    public int Puts { get; init; } = 1;

    /// <summary>Mixed: share of reads.</summary>
    public double ReadRatio { get; init; } = 0.8;

    /// <summary>Mixed: reads are serializable.</summary>
    public bool SerializableReads { get; init; }

    /// <summary>Watch: watchers, each on all keys.</summary>
    public int Watchers { get; init; } = 100;

    /// <summary>Keepalive: streams, over which the calls in flight are spread.</summary>
    public int Streams { get; init; } = 100;

    /// <summary>Keepalive: leases, each renewed by one stream.</summary>
    public int Leases { get; init; } = 1000;

    /// <summary>Put every key once before a run that reads.</summary>
    public bool Fill { get; init; } = true;

    /// <summary>Seed of keys and values.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>JSON instead of a table.</summary>
    public bool Json { get; init; }

    /// <summary>Print the calls of every second.</summary>
    public bool Timeline { get; init; }
}
