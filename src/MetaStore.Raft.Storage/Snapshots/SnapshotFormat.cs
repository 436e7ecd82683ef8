namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>Constants of the snapshot container format (docs/formats.md).</summary>
internal static class SnapshotFormat
{
    /// <summary>Highest version that is read.</summary>
    internal const uint Version = 3;

    /// <summary>Version for a portable body, so that members of the previous version accept it.</summary>
    internal const uint PortableVersion = 1;

    /// <summary>
    /// Version for the files of an engine; the kind is in the header. Members of the previous version refuse the container by its
    /// version.
    /// </summary>
    internal const uint BodyVersion = 2;

    /// <summary>Version for page files. A release that does not know them refuses to start on it, by its version.</summary>
    internal const uint PagesVersion = 3;

    /// <summary>First eight bytes: "MSSNP", two zero bytes, 1.</summary>
    internal const ulong HeaderMagic = 0x0100_0050_4E53_534D;

    /// <summary>First eight bytes of the trailer: "MSEND", two zero bytes, 1.</summary>
    internal const ulong TrailerMagic = 0x0100_0044_4E45_534D;

    /// <summary>Header without configuration and checksum.</summary>
    internal const int HeaderFixedBytes = 64;

    /// <summary>Largest header: far above any configuration.</summary>
    internal const int HeaderBytesMax = 1 << 20;

    /// <summary>Length and checksum before a chunk.</summary>
    internal const int ChunkHeaderBytes = 8;

    /// <summary>Bytes of state in a full chunk.</summary>
    internal const int ChunkBytes = 256 << 10;

    /// <summary>Largest chunk that is read.</summary>
    internal const int ChunkBytesMax = 1 << 20;

    /// <summary>Magic, body length, SHA-256, checksum.</summary>
    internal const int TrailerBytes = 8 + 8 + 32 + 4;

    internal const string Extension = ".snap";
    internal const string TemporaryExtension = ".tmp";

    /// <summary>Suffix of a damaged file that was replaced by another one.</summary>
    internal const string BrokenExtension = ".broken";
}
