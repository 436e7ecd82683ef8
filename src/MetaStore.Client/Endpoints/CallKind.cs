namespace MetaStore.Client.Endpoints;

/// <summary>What may be done when a call fails.</summary>
internal enum CallKind
{
    /// <summary>Changes nothing: may be tried again anywhere.</summary>
    Read,

    /// <summary>Doing it twice is the same as doing it once: may be tried again anywhere.</summary>
    Idempotent,

    /// <summary>May have happened although it failed: tried again only when it certainly was not sent.</summary>
    Write,
}
