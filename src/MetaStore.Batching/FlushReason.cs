using MetaStore.Batching.Settings;

namespace MetaStore.Batching;

/// <summary>Why a batch was sent; the first condition that holds counts. <see cref="BatchPipeline"/> decides.</summary>
public enum FlushReason : byte
{
    /// <summary>The batch reached the policy's current size, and it was not <see cref="Idle"/> before.</summary>
    Size = 0,

    /// <summary>The next proposal would have exceeded <see cref="BatchSettings.MaxBatchBytes"/>, or the last one reached it.</summary>
    Bytes = 1,

    /// <summary>The oldest proposal had waited for the policy's current timeout.</summary>
    Timeout = 2,

    /// <summary>
    /// Waiting would have gained nothing (<see cref="BatchSettings.FlushWhenIdle"/>): no batch was in flight and the callers just answered
    /// were back or overdue, or fewer than <see cref="BatchSettings.PipelineDepth"/> batches and it was large enough compared with them. Batches of a single caller have this reason, also at size 1.
    /// </summary>
    Idle = 3,

    /// <summary>Stop, leadership change or a change of settings.</summary>
    Drain = 4,
}
