namespace MetaStore.Server.Configuration.Options;

/// <summary>Credits that bound how many proposals are inside the node at once.</summary>
public sealed class AdmissionOptions
{
    /// <summary>"fixed", "dynamic" or "adaptive". Default "dynamic".</summary>
    public string Mode { get; set; } = "dynamic";

    /// <summary>Proposals waiting to be put into the log. 1 to 1,000,000, default 65,536.</summary>
    public int QueueProposals { get; set; } = 65_536;

    /// <summary>Bytes of them. 1 MiB to 4 GiB, default 64 MiB.</summary>
    public long QueueBytes { get; set; } = 64 << 20;
}
