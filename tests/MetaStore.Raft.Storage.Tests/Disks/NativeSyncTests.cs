using MetaStore.IO.Native;

namespace MetaStore.Raft.Storage.Tests.Disks;

public sealed class NativeSyncTests
{
    private const int NoSuchFile = 2;
    private const int Invalid = 22;

    [Fact]
    public void AllCalls_OnAnOrdinaryFile_Succeed()
    {
        using var folder = new TemporaryFolder();
        using var file = File.OpenHandle(folder.At("file"), FileMode.CreateNew, FileAccess.ReadWrite);
        NativeSync.Allocate(file, 12345);
        Assert.Equal(12345, RandomAccess.GetLength(file));
        RandomAccess.Write(file, [1, 2, 3], 0);
        NativeSync.DataSync(file);
        NativeSync.FullSync(file);
        NativeSync.DropCache(file);
        NativeSync.SyncDirectory(folder.Path);
        var read = new byte[3];
        Assert.Equal(3, RandomAccess.Read(file, read, 0));
        Assert.Equal([1, 2, 3], read);
    }

    [Fact]
    public void Syncs_KernelRefuses_ThrowWithTheErrorNumber()
    {
        // Files of the proc file system cannot be synced: the easiest real failure.
        using var file = File.OpenHandle("/proc/self/status");
        Assert.Equal(Invalid, Assert.Throws<IOException>(() => NativeSync.DataSync(file)).HResult);
        Assert.Equal(Invalid, Assert.Throws<IOException>(() => NativeSync.FullSync(file)).HResult);
    }

    [Fact]
    public void SyncDirectory_Missing_ThrowsNamingIt()
    {
        var error = Assert.Throws<IOException>(() => NativeSync.SyncDirectory("/no/such/folder"));
        Assert.Equal(NoSuchFile, error.HResult);
        Assert.Contains("/no/such/folder", error.Message, StringComparison.Ordinal);
    }
}
