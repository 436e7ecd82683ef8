using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration.Options;

/// <summary>How a member finds its cluster at its first start. Ignored once the data directory holds a log, as in etcd.</summary>
public sealed class ClusterOptions
{
    /// <summary>Peer addresses at which other members reach this one. Default http://localhost:2380.</summary>
    public EndpointUrl[] AdvertisePeerUrls { get; set; } = [EndpointUrl.Of("http://localhost:2380")];

    /// <summary>All initial members, "name=url,name=url"; a name may occur several times. Empty means this member alone.</summary>
    public InitialMember[] InitialCluster { get; set; } = [];

    /// <summary>"new" creates the cluster, "existing" joins one. Default "new".</summary>
    public string State { get; set; } = "new";

    /// <summary>Part of the cluster ID, so that two clusters with the same initial members have different IDs. Default "etcd-cluster".</summary>
    public string Token { get; set; } = "etcd-cluster";

    /// <summary>Reject membership changes that would lose the quorum. Default true.</summary>
    public bool StrictReconfigCheck { get; set; } = true;

    /// <summary>Maximum number of learners. Default 1.</summary>
    public int MaxLearners { get; set; } = 1;

    /// <summary>The leader promotes learners once they have caught up. Default false: an operator promotes them, as with etcd.</summary>
    public bool AutoPromoteLearners { get; set; }

    /// <summary>A member that was not heard from for longer is reported, with what to type to replace it; zero for never. Default 5 min.</summary>
    public TimeSpan MemberSilentAfter { get; set; } = TimeSpan.FromMinutes(5);
}
