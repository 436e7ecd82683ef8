namespace MetaStore.IO;

/// <summary>Exit codes of the server.</summary>
public static class ExitCodes
{
    /// <summary>Stopped on request.</summary>
    public const int Ok = 0;

    /// <summary>Configuration is wrong; a restart will not help.</summary>
    public const int BadConfiguration = 64;

    /// <summary>The write-ahead log is damaged where it may contain acknowledged data.</summary>
    public const int WalCorrupt = 65;

    /// <summary>An engine or a snapshot is damaged.</summary>
    public const int StateCorrupt = 66;

    /// <summary>The data directory belongs to another node or cluster, or parts of it are missing.</summary>
    public const int ForeignDirectory = 67;

    /// <summary>The data was written by a newer version.</summary>
    public const int NewerFormat = 68;

    /// <summary>An invariant of the program was broken.</summary>
    public const int InvariantBroken = 70;

    /// <summary>Another process holds the data directory.</summary>
    public const int DirectoryLocked = 73;

    /// <summary>A write or a sync failed; recovery after a restart determines what the disk holds.</summary>
    public const int IoError = 74;

    /// <summary>The disk was full at start.</summary>
    public const int DiskFull = 75;

    /// <summary>This node was removed from its cluster.</summary>
    public const int Removed = 76;
}
