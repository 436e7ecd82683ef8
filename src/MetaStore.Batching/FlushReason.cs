using MetaStore.Batching.Settings;

namespace MetaStore.Batching;

/// <summary>Which condition sent a batch off; the first that holds counts.</summary>
public enum FlushReason : byte
{
    /// <summary>As many proposals were buffered as the policy asks for at the moment, and it was not <see cref="Idle"/> before.</summary>
    Size = 0,

    /// <summary>The next proposal would have passed <see cref="BatchSettings.MaxBatchBytes"/>, or the last one reached it.</summary>
    Bytes = 1,

    /// <summary>The oldest proposal had waited the policy's current timeout.</summary>
    Timeout = 2,

    /// <summary>
    /// Waiting would have gained nothing (<see cref="BatchSettings.FlushWhenIdle"/>): no batch was between propose and commit, or fewer
    /// than <see cref="BatchSettings.PipelineDepth"/> and it was large enough beside them. A lone caller's batches leave for this, also at a size of 1.
    /// </summary>
    Idle = 3,

    /// <summary>Stop, leadership change or a change of settings.</summary>
    Drain = 4,
}
