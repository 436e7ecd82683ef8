namespace MetaStore.Batching.Settings;

/// <summary>How size and timeout of a batch adapt to the load.</summary>
public enum BatchPolicyKind : byte
{
    /// <summary>Size and timeout follow a moving average of the demand, that is the proposals buffered and in flight. The default.</summary>
    Dynamic = 0,

    /// <summary>Constant size and timeout.</summary>
    Fixed = 1,

    /// <summary>Size grows while throughput does not fall.</summary>
    Throughput = 2,

    /// <summary>Size is adjusted towards a throughput and a latency.</summary>
    Target = 3,

    /// <summary>Every proposal is its own log entry, at once.</summary>
    Off = 4,
}
