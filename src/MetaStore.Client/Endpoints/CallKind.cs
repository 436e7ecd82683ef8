namespace MetaStore.Client.Endpoints;

/// <summary>Whether a failed call may be retried.</summary>
internal enum CallKind
{
    /// <summary>Changes nothing: may be retried on any member.</summary>
    Read,

    /// <summary>Idempotent: may be retried on any member.</summary>
    Idempotent,

    /// <summary>May have taken effect although it failed: retried only when it certainly was not sent.</summary>
    Write,
}
