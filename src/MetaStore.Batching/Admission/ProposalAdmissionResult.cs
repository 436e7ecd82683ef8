using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Admission;

/// <summary>What became of an attempt to hand in a proposal. Anything but <see cref="Accepted"/> means: nothing was kept.</summary>
public enum ProposalAdmissionResult : byte
{
    /// <summary>Buffered or already on its way; the waiter hears of it.</summary>
    Accepted = 0,

    /// <summary>The encoded command exceeds <see cref="BatchSettings.MaxCommandBytes"/>.</summary>
    TooLarge = 1,

    /// <summary>No credit became free in the time allowed ("etcdserver: too many requests").</summary>
    Overloaded = 2,

    /// <summary>The batcher was stopped.</summary>
    Stopped = 3,
}
