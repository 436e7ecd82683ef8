namespace MetaStore.Batching.Settings;

/// <summary>How the size and timeout of a batch follow the load.</summary>
public enum BatchPolicyKind : byte
{
    /// <summary>Size and timeout follow a moving average of the demand: what is buffered and in flight. The default.</summary>
    Dynamic = 0,

    /// <summary>One size, one timeout.</summary>
    Fixed = 1,

    /// <summary>Size grows as long as throughput does not fall.</summary>
    Throughput = 2,

    /// <summary>Size steers towards a throughput and a latency.</summary>
    Target = 3,

    /// <summary>Every proposal is its own log entry, at once.</summary>
    Off = 4,
}
