using MetaStore.IO.Native;
using Microsoft.Win32.SafeHandles;

namespace MetaStore.IO;

/// <summary>A file of the operating system. Reads and writes go through positioned calls, syncs through <see cref="NativeSync"/>.</summary>
internal sealed class PhysicalDiskFile : IDiskFile
{
    private readonly SafeFileHandle _handle;

    internal PhysicalDiskFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
    }

    public string Path { get; }

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(long offset, Span<byte> target)
    {
        var total = 0;
        while (total < target.Length)
        {
            var read = RandomAccess.Read(_handle, target[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public void Write(long offset, ReadOnlySpan<byte> source) => RandomAccess.Write(_handle, source, offset);

    public void DataSync() => NativeSync.DataSync(_handle, Path);

    public void FullSync() => NativeSync.FullSync(_handle, Path);

    public void DropCache() => NativeSync.DropCache(_handle);

    public void Allocate(long length) => NativeSync.Allocate(_handle, length, Path);

    public void SetLength(long length) => RandomAccess.SetLength(_handle, length);

    public void Dispose() => _handle.Dispose();
}
