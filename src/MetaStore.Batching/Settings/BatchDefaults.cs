namespace MetaStore.Batching.Settings;

/// <summary>Tuned constants. Change one only together with the measurement that justifies it.</summary>
internal static class BatchDefaults
{
    /// <summary>
    /// Two: while one batch is written to disk and replicated, the next is gathered and sent, so that neither disk nor network waits for the other.
    /// With one the disk would be idle during every commit round; three and more only make batches smaller, because a group sync includes whatever is
    /// queued anyway.
    /// </summary>
    public const int PipelineDepth = 2;

    /// <summary>Weight of a new sample in the load average of the dynamic policy.</summary>
    public const double LoadWeight = 0.3;

    /// <summary>Weight of a new sample in the averages of the adaptive policies.</summary>
    public const double AdaptiveWeight = 0.2;

    /// <summary>Usual demand from which a batch waits for callers that were just answered. With fewer it would gain less than it waits.</summary>
    public const int GatherFrom = 8;

    /// <summary>Batches of one proposal, with no other one in progress, after which that is taken for the only caller.</summary>
    public const int LoneAfter = 4;

    /// <summary>Callers that were just answered are expected within the policy's timeout divided by this.</summary>
    public const int GatherShare = 4;

    /// <summary>Finished batches kept for inspection.</summary>
    public const int RecentBatches = 64;
}
