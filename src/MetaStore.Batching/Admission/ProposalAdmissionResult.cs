using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Admission;

/// <summary>Result of submitting a proposal. Anything but <see cref="Accepted"/> means that nothing was buffered.</summary>
public enum ProposalAdmissionResult : byte
{
    /// <summary>Buffered or sent; the waiter will be completed or failed.</summary>
    Accepted = 0,

    /// <summary>The encoded command exceeds <see cref="BatchSettings.MaxCommandBytes"/>.</summary>
    TooLarge = 1,

    /// <summary>No credit became free in the time allowed ("etcdserver: too many requests").</summary>
    Overloaded = 2,

    /// <summary>The batcher was stopped.</summary>
    Stopped = 3,
}
