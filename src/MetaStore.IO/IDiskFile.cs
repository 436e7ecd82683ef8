namespace MetaStore.IO;

/// <summary>An open file. Offsets and lengths are bytes.</summary>
/// <remarks>Owned by one thread at a time. Any exception from a write or a sync means that the content is unknown.</remarks>
public interface IDiskFile : IDisposable
{
    /// <summary>Path it was opened with.</summary>
    string Path { get; }

    /// <summary>Current length.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="target"/> from <paramref name="offset"/>.</summary>
    /// <returns>Bytes read; fewer than requested only at the end of the file.</returns>
    int Read(long offset, Span<byte> target);

    /// <summary>Writes all of <paramref name="source"/>. Durable only after <see cref="DataSync"/>; a crash may keep any part of it.</summary>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>fdatasync: content written so far is durable when this returns.</summary>
    void DataSync();

    /// <summary>fsync: content, length and allocation are durable when this returns.</summary>
    void FullSync();

    /// <summary>Drops cached clean content, so that reads come from the device.</summary>
    void DropCache();

    /// <summary>Allocates space for [0, <paramref name="length"/>) and grows the file to it.</summary>
    void Allocate(long length);

    /// <summary>Truncates or extends (with zeros) the file.</summary>
    void SetLength(long length);
}
