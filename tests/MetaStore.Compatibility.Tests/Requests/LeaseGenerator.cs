using MetaStore.Protocol.Etcd;
using Google.Protobuf;

namespace MetaStore.Compatibility.Tests.Requests;

/// <summary>Every call of the lease service except a grant without an id, whose id is random. No lease is short enough to expire during the comparison.</summary>
internal sealed class LeaseGenerator(Random random)
{
    /// <summary>The id of a lease that never exists.</summary>
    internal const long Never = 99;

    /// <summary>Leases that exist on both servers before the first request and may be revoked and granted again; ids at both ends of the type's range.</summary>
    internal static readonly long[] Ids = [11, 12, 13, 1, long.MaxValue, -5];

    /// <summary>Times to live: common ones, the longest valid one, one more, and values that are rejected or raised.</summary>
    private static readonly long[] TimesToLive = [1_000_000, 1_000_000, 5_000_000, 9_000_000_000, 9_000_000_001, long.MaxValue];

    /// <summary>One of the initial leases; another call may have revoked it.</summary>
    internal long Existing() => Ids[random.Next(Ids.Length)];

    internal IMessage Next() => random.Next(12) switch
    {
        0 => new LeaseLeasesRequest(),
        1 or 2 or 3 => new LeaseTimeToLiveRequest { ID = Any(), Keys = random.Next(3) > 0 },
        4 or 5 => new LeaseRevokeRequest { ID = Any() },
        6 or 7 => new LeaseKeepAliveRequest { ID = Any() },
        _ => new LeaseGrantRequest { ID = Existing(), TTL = TimesToLive[random.Next(TimesToLive.Length)] },
    };

    private long Any() => random.Next(8) switch
    {
        0 => Never,
        1 => 0,
        _ => Existing(),
    };
}
