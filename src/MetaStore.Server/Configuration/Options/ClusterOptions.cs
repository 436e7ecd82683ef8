using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration.Options;

/// <summary>How a member finds its cluster the first time. Ignored once the data directory holds a log, as in etcd.</summary>
public sealed class ClusterOptions
{
    /// <summary>Peer addresses of this member as the others reach it. Default http://localhost:2380.</summary>
    public EndpointUrl[] AdvertisePeerUrls { get; set; } = [EndpointUrl.Of("http://localhost:2380")];

    /// <summary>All first members, "name=url,name=url"; a name may stand several times. Empty means this member alone.</summary>
    public InitialMember[] InitialCluster { get; set; } = [];

    /// <summary>"new" founds the cluster, "existing" joins one. Default "new".</summary>
    public string State { get; set; } = "new";

    /// <summary>Goes into the cluster id, so that two clusters founded alike stay apart. Default "etcd-cluster".</summary>
    public string Token { get; set; } = "etcd-cluster";

    /// <summary>Refuse membership changes that would lose the quorum. Default true.</summary>
    public bool StrictReconfigCheck { get; set; } = true;

    /// <summary>Members without a vote that may exist at once. Default 1.</summary>
    public int MaxLearners { get; set; } = 1;
}
