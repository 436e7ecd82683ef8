using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MetaStore.IO.Native;

/// <summary>Durability calls whose results are checked.</summary>
/// <remarks>
/// The base library's flush reports success when the kernel reported EIO (runtime 10.0.12, ADR 0005), therefore these go to the C
/// library directly. Every failure throws <see cref="IOException"/> with the error number in <see cref="Exception.HResult"/>; only
/// EINTR is repeated. A caller must never repeat a failed sync: the kernel marks the lost pages clean and the second call succeeds.
/// Thread: any.
/// </remarks>
public static class NativeSync
{
    private const int Interrupted = 4;
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int AdviceDontNeed = 4;

    /// <summary>Makes the file's content durable, and the metadata that is needed to read it.</summary>
    /// <param name="file">Open for writing.</param>
    /// <param name="path">Its name, for the error.</param>
    public static void DataSync(SafeFileHandle file, string? path = null) => Check(static fd => LibC.FDataSync(fd), file, "fdatasync", path);

    /// <summary>Makes content and metadata (length, allocation) durable.</summary>
    /// <param name="file">Open in any mode.</param>
    /// <param name="path">Its name, for the error.</param>
    public static void FullSync(SafeFileHandle file, string? path = null) => Check(static fd => LibC.FSync(fd), file, "fsync", path);

    /// <summary>Makes creations, renames and deletions inside a directory durable.</summary>
    public static void SyncDirectory(string path)
    {
        int descriptor;
        int error;
        do
        {
            descriptor = LibC.Open(path, ReadOnlyCloseOnExec, 0);
            error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (error == Interrupted);
        ThrowOn(error, "open directory", path);
        try
        {
            do
            {
                error = LibC.FSync(descriptor) < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            while (error == Interrupted);
            ThrowOn(error, "fsync directory", path);
        }
        finally
        {
            // Nothing was written through this descriptor, so a failing close loses nothing.
            _ = LibC.Close(descriptor);
        }
    }

    /// <summary>Allocates blocks for [0, <paramref name="length"/>) bytes and sets at least that length.</summary>
    public static void Allocate(SafeFileHandle file, long length, string? path = null)
    {
        int error;
        do
        {
            error = WithDescriptor(file, fd => LibC.PosixFallocate(fd, 0, (nint)length));
        }
        while (error == Interrupted);
        ThrowOn(error, "posix_fallocate", path);
    }

    /// <summary>Drops the file's clean pages from the cache, so that the next read comes from the device.</summary>
    /// <remarks>Only clean pages can be dropped: call <see cref="FullSync"/> first.</remarks>
    public static void DropCache(SafeFileHandle file) =>
        ThrowOn(WithDescriptor(file, static fd => LibC.PosixFadvise(fd, 0, 0, AdviceDontNeed)), "posix_fadvise", null);

    private static void Check(Func<int, int> call, SafeFileHandle file, string name, string? path)
    {
        int error;
        do
        {
            error = WithDescriptor(file, fd => call(fd) < 0 ? Marshal.GetLastPInvokeError() : 0);
        }
        while (error == Interrupted);
        ThrowOn(error, name, path);
    }

    private static int WithDescriptor(SafeFileHandle file, Func<int, int> call)
    {
        var held = false;
        try
        {
            file.DangerousAddRef(ref held);
            return call((int)file.DangerousGetHandle());
        }
        finally
        {
            if (held)
            {
                file.DangerousRelease();
            }
        }
    }

    private static void ThrowOn(int error, string call, string? path)
    {
        if (error != 0)
        {
            var where = path is null ? string.Empty : $" of {path}";
            throw new IOException($"{call}{where} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})", error);
        }
    }
}
