using MetaStore.IO;

namespace MetaStore.Raft.Storage.Tests.Disks;

/// <summary>An open file of a <see cref="SimDisk"/>.</summary>
internal sealed class SimFile(SimDisk disk, string path, SimFileContent content) : IDiskFile
{
    public string Path { get; } = path;

    public long Length => disk.Locked(() => content.Bytes.LongLength);

    public int Read(long offset, Span<byte> target)
    {
        var bytes = disk.Locked(() => content.Bytes);
        if (offset >= bytes.Length)
        {
            return 0;
        }

        var count = (int)Math.Min(target.Length, bytes.Length - offset);
        bytes.AsSpan((int)offset, count).CopyTo(target);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        var copy = source.ToArray();
        disk.Locked(() =>
        {
            content.Write(offset, copy);
            return 0;
        });

        // After the write took effect in memory: unsynced data may be partly on disk if the power fails now.
        disk.Before?.Invoke("write", Path);
    }

    public void DataSync()
    {
        disk.Before?.Invoke("datasync", Path);
        disk.Locked(Sync);
    }

    public void FullSync()
    {
        disk.Before?.Invoke("fullsync", Path);
        disk.Locked(Sync);
    }

    public void DropCache()
    {
        // There is no cache besides the content.
    }

    public void Allocate(long length) => SetLength(Math.Max(length, Length));

    public void SetLength(long length) => disk.Locked(() =>
    {
        content.SetLength(length);
        return 0;
    });

    public void Dispose()
    {
        // The content belongs to the disk.
    }

    private int Sync()
    {
        content.Sync();
        return 0;
    }
}
