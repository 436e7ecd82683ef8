using MetaStore.IO;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Tests.Wal;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Storage.Tests;

public sealed class DataDirectoryTests : IDisposable
{
    private const ulong Cluster = 0xC1;
    private const ulong Node = 0xA1;
    private readonly TemporaryFolder _folder = new();

    private string DataPath => _folder.At("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_MissingDirectory_MakesItForTheOwnerOnly()
    {
        using var directory = DataDirectory.Open(DataPath, Cluster, Node);

        Assert.True(directory.IsNew);
        Assert.Equal(Cluster, directory.Identity.ClusterId);
        Assert.Equal("700", Mode(DataPath));
        Assert.Equal("700", Mode(directory.WalPath));
        Assert.Equal("600", Mode(_folder.At("data/identity")));
        Assert.Equal("600", Mode(Directory.GetFiles(directory.WalPath, "*.wal").Single()));
    }

    [Fact]
    public void Open_SecondTime_IsNotNewAndKeepsTheIdentity()
    {
        DirectoryIdentity first;
        using (var directory = DataDirectory.Open(DataPath, Cluster, Node))
        {
            first = directory.Identity;
        }

        using var again = DataDirectory.Open(DataPath, Cluster, Node);
        Assert.False(again.IsNew);
        Assert.Equal(first, again.Identity);
        Assert.True(DataDirectory.TryReadIdentity(DataPath, out var read));
        Assert.Equal(first, read);
    }

    [Fact]
    public void Open_HeldByAnother_Exits73NamingTheLock()
    {
        using var directory = DataDirectory.Open(DataPath, Cluster, Node);
        var error = Assert.Throws<StorageException>(() => DataDirectory.Open(DataPath, Cluster, Node));
        Assert.Equal(ExitCodes.DirectoryLocked, error.ExitCode);
        Assert.Contains(_folder.At("data/LOCK"), error.Message, StringComparison.Ordinal);
    }

    /// <summary>A file system that is made for the log has a folder of its own in its root.</summary>
    [Fact]
    public void Open_LogInTheRootOfAFileSystem_LeavesTheFolderForLostFiles()
    {
        var lost = _folder.At("mounted/lost+found");
        Directory.CreateDirectory(lost);
        WalPlace.Ensure(DataPath, _folder.At("mounted"));

        using (var directory = DataDirectory.Open(DataPath, Cluster, Node))
        {
            Assert.True(directory.IsNew);
        }

        using var again = DataDirectory.Open(DataPath, Cluster, Node);
        WriteAheadLog.Open(again.WalOptions, out _).Dispose();
        Assert.True(Directory.Exists(lost));
    }

    /// <summary>A power cut must not take a parent that was created with it.</summary>
    [Fact]
    public void Open_MissingParents_MakesEachOfThemDurable()
    {
        var disk = new SimDisk();
        disk.CreateDirectory("/srv");
        List<string> synced = [];
        disk.Before = (operation, path) =>
        {
            if (operation == "syncdir")
            {
                synced.Add(path);
            }
        };

        using var directory = DataDirectory.Open("/srv/stores/first/data", Cluster, Node, disk);

        Assert.Equal(["/srv", "/srv/stores", "/srv/stores/first"], synced.Where(path => !path.Contains("data", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0xC2, 0xA1)]
    [InlineData(0xC1, 0xA2)]
    public void Open_AnotherNodesDirectory_Exits67(ulong cluster, ulong node)
    {
        DataDirectory.Open(DataPath, Cluster, Node).Dispose();
        var error = Assert.Throws<StorageException>(() => DataDirectory.Open(DataPath, cluster, node));
        Assert.Equal(ExitCodes.ForeignDirectory, error.ExitCode);
        Assert.Contains(DataPath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DirectoryOfSomethingElse_Exits67AndTouchesNothing()
    {
        Directory.CreateDirectory(_folder.At("data/member"));
        var error = Assert.Throws<StorageException>(() => DataDirectory.Open(DataPath, Cluster, Node));
        Assert.Equal(ExitCodes.ForeignDirectory, error.ExitCode);
        Assert.Contains(_folder.At("data/member"), error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("data/wal")));
    }

    [Fact]
    public void Open_IdentityDeletedButLogUsed_Exits67()
    {
        using (var directory = DataDirectory.Open(DataPath, Cluster, Node))
        using (var log = WalWriter.Open(directory.WalOptions, out _))
        {
            log.Persist([Logs.Append(Logs.Entry(1))]);
        }

        File.Delete(_folder.At("data/identity"));
        var error = Assert.Throws<StorageException>(() => DataDirectory.Open(DataPath, Cluster, Node));
        Assert.Equal(ExitCodes.ForeignDirectory, error.ExitCode);
    }

    [Fact]
    public void Open_AttemptCutOffBeforeTheIdentity_StartsOver()
    {
        DataDirectory.Open(DataPath, Cluster, Node).Dispose();
        File.Delete(_folder.At("data/identity"));
        File.WriteAllBytes(_folder.At("data/identity.tmp"), [1, 2, 3]);

        using var directory = DataDirectory.Open(DataPath, Cluster, Node);
        Assert.True(directory.IsNew);
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("snap")]
    public void Open_FolderDeleted_Exits67(string name)
    {
        DataDirectory.Open(DataPath, Cluster, Node).Dispose();
        Directory.Delete(_folder.At("data/" + name), recursive: true);
        var error = Assert.Throws<StorageException>(() => DataDirectory.Open(DataPath, Cluster, Node));
        Assert.Equal(ExitCodes.ForeignDirectory, error.ExitCode);
    }

    [Fact]
    public void OpenLog_SegmentsDeleted_Exits67()
    {
        using var directory = DataDirectory.Open(DataPath, Cluster, Node);
        File.Delete(Directory.GetFiles(directory.WalPath, "*.wal").Single());
        var error = Assert.Throws<StorageException>(() => WalWriter.Open(directory.WalOptions, out _));
        Assert.Equal(ExitCodes.ForeignDirectory, error.ExitCode);
        Assert.Contains(directory.WalPath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenLog_SegmentEmptied_Exits67()
    {
        using var directory = DataDirectory.Open(DataPath, Cluster, Node);
        File.WriteAllBytes(Directory.GetFiles(directory.WalPath, "*.wal").Single(), []);
        var error = Assert.Throws<StorageException>(() => WalWriter.Open(directory.WalOptions, out _));
        Assert.Equal(ExitCodes.ForeignDirectory, error.ExitCode);
    }

    [Fact]
    public void Open_IdentityWithOneBitChanged_Exits67()
    {
        DataDirectory.Open(DataPath, Cluster, Node).Dispose();
        var good = File.ReadAllBytes(_folder.At("data/identity"));
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(_folder.At("data/identity"), bad);
            var error = Assert.Throws<StorageException>(() => DataDirectory.TryReadIdentity(DataPath, out _));
            Assert.Equal(ExitCodes.ForeignDirectory, error.ExitCode);
        }
    }

    [Fact]
    public void Open_NewerIdentity_Exits68()
    {
        DataDirectory.Open(DataPath, Cluster, Node).Dispose();
        var newer = new DirectoryIdentity(3, Cluster, Node, 1);
        File.WriteAllBytes(_folder.At("data/identity"), newer.Encode());
        var error = Assert.Throws<StorageException>(() => DataDirectory.Open(DataPath, Cluster, Node));
        Assert.Equal(ExitCodes.NewerFormat, error.ExitCode);
    }

    [Fact]
    public void Open_EngineOfTheDirectory_IsRememberedAndChangedOnPurposeOnly()
    {
        using (var made = DataDirectory.Open(DataPath, Cluster, Node, engine: EngineKind.RocksDb))
        {
            Assert.Equal(EngineKind.RocksDb, made.Identity.Engine);
        }

        using (var again = DataDirectory.Open(DataPath, Cluster, Node))
        {
            Assert.Equal(EngineKind.RocksDb, again.Identity.Engine);
            again.ChangeEngine(EngineKind.Memory);
        }

        Assert.True(DataDirectory.TryReadIdentity(DataPath, out var changed));
        Assert.Equal((EngineKind.Memory, 1U, Node), (changed.Engine, changed.FormatVersion, changed.NodeId));
    }

    private static string Mode(string path) => OperatingSystem.IsWindows() ? string.Empty : Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
