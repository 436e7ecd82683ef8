namespace MetaStore.Batching.Settings;

/// <summary>Tuned numbers, in one place. Change one together with the measurement that speaks for it.</summary>
internal static class BatchDefaults
{
    /// <summary>
    /// Two: while one batch is on the disks and on the wire, the next is being gathered and sent, so neither the disk nor the network
    /// waits for the other. One would leave the disk idle during every commit round; three and more only make batches smaller, because
    /// a group sync takes whatever waits anyway.
    /// </summary>
    public const int PipelineDepth = 2;

    /// <summary>Weight of a new sample in the load average of the dynamic policy.</summary>
    public const double LoadWeight = 0.3;

    /// <summary>Weight of a new sample in the averages of the adaptive policies.</summary>
    public const double AdaptiveWeight = 0.2;

    /// <summary>Usual demand from which a batch waits for callers that were just answered. With fewer it would gain less than it waits.</summary>
    public const int GatherFrom = 8;

    /// <summary>Callers that were just answered are expected within the policy's timeout divided by this.</summary>
    public const int GatherShare = 4;

    /// <summary>Finished batches kept for inspection.</summary>
    public const int RecentBatches = 64;
}
