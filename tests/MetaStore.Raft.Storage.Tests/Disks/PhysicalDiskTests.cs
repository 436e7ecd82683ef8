using System.Runtime.Versioning;
using System.Text;
using MetaStore.IO;
using MetaStore.IO.Native;

namespace MetaStore.Raft.Storage.Tests.Disks;

/// <summary>The file system of this machine, as log and snapshots rely on it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PhysicalDiskTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly PhysicalDisk _disk = PhysicalDisk.Instance;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_OverAFileThatAllMayRead_IsEmpty_AndTheOwners()
    {
        File.WriteAllText(_folder.At("f"), "before");
        File.SetUnixFileMode(_folder.At("f"), Owner | UnixFileMode.OtherRead);
        using var file = _disk.Open(_folder.At("f"), DiskOpenMode.Create);
        Assert.Equal((0, Owner), (file.Length, File.GetUnixFileMode(_folder.At("f"))));
    }

    [Fact]
    public void CreateDirectory_IsTheOwners_AndTwiceNoError()
    {
        _disk.CreateDirectory(_folder.At("d"));
        _disk.CreateDirectory(_folder.At("d"));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.At("d")));
    }

    [Fact]
    public void Open_OfAMissingFile_CreatesNone()
    {
        Assert.Throws<FileNotFoundException>(() => _disk.Open(_folder.At("f"), DiskOpenMode.ReadWrite));
        Assert.Throws<FileNotFoundException>(() => _disk.Open(_folder.At("f"), DiskOpenMode.Read));
        Assert.Empty(_disk.List(_folder.Path));
    }

    [Fact]
    public void Read_AtTheEnd_IsShort_AndBeyondItNothing()
    {
        using var file = _disk.Open(_folder.At("f"), DiskOpenMode.Create);
        file.Write(3, "xyz"u8);
        var bytes = new byte[8];
        Assert.Equal(6, file.Read(0, bytes));
        Assert.Equal("\0\0\0xyz\0\0", Encoding.ASCII.GetString(bytes));
        Assert.Equal(0, file.Read(6, bytes));
        file.SetLength(4);
        Assert.Equal(1, file.Read(3, bytes));
    }

    [Fact]
    public void List_IsInOrdinalOrder_WithFolders()
    {
        foreach (var name in (string[])["b", "a", "B", "_"])
        {
            File.WriteAllText(_folder.At(name), string.Empty);
        }

        _disk.CreateDirectory(_folder.At("Z"));
        Assert.Equal(["B", "Z", "_", "a", "b"], _disk.List(_folder.Path));
    }

    [Fact]
    public void Rename_ReplacesTheFile()
    {
        File.WriteAllText(_folder.At("new"), "new");
        File.WriteAllText(_folder.At("old"), "old");
        _disk.Rename(_folder.At("new"), _folder.At("old"));
        Assert.Equal(["old"], _disk.List(_folder.Path));
        Assert.Equal("new", File.ReadAllText(_folder.At("old")));
    }

    [Fact]
    public void Lock_IsExclusive_UntilItIsDisposed()
    {
        var first = _disk.Lock(_folder.At("lock"));
        Assert.True(StorageFailure.IsSharingViolation(Assert.Throws<IOException>(() => _disk.Lock(_folder.At("lock")))));
        first.Dispose();
        _disk.Lock(_folder.At("lock")).Dispose();
    }

    [Theory]
    [InlineData(28, ExitCodes.DiskFull, "cannot write: the disk is full (why)")]
    [InlineData(5, ExitCodes.IoError, "cannot write: why")]
    public void Failure_OfAFullDisk_HasItsOwnCode(int error, int code, string message)
    {
        var failure = StorageFailure.FromIo("cannot write", new IOException("why", error));
        Assert.Equal((code, message), (failure.ExitCode, failure.Message));
    }

    [Fact]
    public void Stream_ReadsFromTheStart_AndOwnsTheFile()
    {
        File.WriteAllText(_folder.At("f"), "abcdef");
        var file = _disk.Open(_folder.At("f"), DiskOpenMode.Read);
        using (var stream = new DiskFileStream(file))
        {
            var bytes = new byte[4];
            Assert.Equal((4, 2, 0), (stream.Read(bytes, 0, 4), stream.Read(bytes, 1, 3), stream.Read(bytes)));
            Assert.Equal(("aefd", 6), (Encoding.ASCII.GetString(bytes), stream.Position));
        }

        Assert.Throws<ObjectDisposedException>(() => file.Length);
    }

    [Fact]
    public async Task SocketPair_IsConnected_AndEndsWithEitherSide()
    {
        var (first, second) = SocketPair.Open();
        using (second)
        {
            using (first)
            {
                await first.SendAsync("hello"u8.ToArray());
            }

            var bytes = new byte[8];
            Assert.Equal(5, await second.ReceiveAsync(bytes));
            Assert.Equal(0, await second.ReceiveAsync(bytes));
        }
    }
}
