using MetaStore.Engines.RocksDb.Native;

namespace MetaStore.Engines.Tests.RocksDb;

/// <summary>Faults in words: what the library says becomes a kind of trouble, and its absence a hint.</summary>
public sealed class RocksDbLibraryTests
{
    [Theory]
    [InlineData("Corruption: block checksum mismatch: stored = 1, computed = 2", EngineFault.Damaged)]
    [InlineData("IO error: No space left on device: While appending to file: /x/000012.sst: No space left on device", EngineFault.DiskFull)]
    [InlineData("IO error: While fsync: /x/000012.sst: Input/output error", EngineFault.Io)]
    [InlineData("IO error: While lock file: /x/LOCK: Resource temporarily unavailable", EngineFault.Locked)]
    [InlineData("IO error: No such file or directory: While open a file for random read: /x/000012.ldb: No such file or directory", EngineFault.Damaged)]
    [InlineData("Invalid argument: Column families not opened: later", EngineFault.Damaged)]
    public void FaultOf_StatusText_IsTheKindOfTrouble(string text, EngineFault fault) => Assert.Equal(fault, NativeError.FaultOf(text));

    [Fact]
    public void Missing_Message_NamesPackageAndAlternative()
    {
        var error = RocksDbLibrary.Missing();
        Assert.Equal(EngineFault.LibraryMissing, error.Fault);
        Assert.Contains("librocksdb7.8", error.Message, StringComparison.Ordinal);
        Assert.Contains("--engine memory", error.Message, StringComparison.Ordinal);
    }
}
