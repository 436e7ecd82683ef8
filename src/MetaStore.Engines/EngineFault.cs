namespace MetaStore.Engines;

/// <summary>What kind of trouble an engine is in, so that the host can choose its exit code.</summary>
public enum EngineFault
{
    /// <summary>Files or content are damaged or do not fit together.</summary>
    Damaged,

    /// <summary>The disk refused a read, a write or a sync.</summary>
    Io,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>Another process has the files open.</summary>
    Locked,

    /// <summary>The engine's native library cannot be loaded.</summary>
    LibraryMissing,

    /// <summary>The files are of another engine than the one asked for, or no engine has that name.</summary>
    WrongEngine,
}
