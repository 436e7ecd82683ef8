namespace MetaStore.Engines;

/// <summary>Kind of an engine error, from which the host derives its exit code.</summary>
public enum EngineFault
{
    /// <summary>Files or content are damaged or inconsistent.</summary>
    Damaged,

    /// <summary>The disk refused a read, a write or a sync.</summary>
    Io,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>Another process has the files open.</summary>
    Locked,

    /// <summary>The engine's native library cannot be loaded.</summary>
    LibraryMissing,

    /// <summary>The files belong to another engine than the configured one, or no engine has that name.</summary>
    WrongEngine,
}
