using MetaStore.IO;

namespace MetaStore.Simulation.Disk;

/// <summary>An open file of a <see cref="SimDisk"/>.</summary>
internal sealed class SimFile(SimDisk disk, string path, SimFileContent content) : IDiskFile
{
    public string Path { get; } = path;

    public long Length => content.Length;

    public int Read(long offset, Span<byte> target)
    {
        disk.RequirePower();
        return content.Read(offset, target);
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        disk.RequirePower();
        content.Write(offset, source);

        // After the write: what was just written may be durable in part.
        disk.Step();
    }

    public void DataSync() => Sync();

    public void FullSync() => Sync();

    public void DropCache()
    {
        disk.RequirePower();
        content.DropCache();
    }

    public void Allocate(long length)
    {
        if (length > content.Length)
        {
            SetLength(length);
        }
    }

    public void SetLength(long length)
    {
        disk.RequirePower();
        content.SetLength(length);
    }

    public void Dispose()
    {
        // The content belongs to the disk.
    }

    private void Sync()
    {
        disk.Step();
        if (content.IsDirty && disk.SyncFails())
        {
            content.FailSync(disk.Random);
            throw new IOException($"Input/output error : '{Path}'");
        }

        content.Sync();
    }
}
