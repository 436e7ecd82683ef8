using MetaStore.Engines.RocksDb;

namespace MetaStore.Engines.Tests.RocksDb;

/// <summary>Which native library is loaded, and the error texts.</summary>
public sealed class RocksDbLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("Corruption: block checksum mismatch: stored = 1, computed = 2", EngineFault.Damaged)]
    [InlineData("Corruption: Corrupt or unsupported format_version: 99 in /x/000012.sst", EngineFault.Damaged)]
    [InlineData("IO error: No space left on device: While appending to file: /x/000012.sst: No space left on device", EngineFault.DiskFull)]
    [InlineData("IO error: While fsync: /x/000012.sst: Input/output error", EngineFault.Io)]
    [InlineData("IO error: While lock file: /x/LOCK: Resource temporarily unavailable", EngineFault.Locked)]
    [InlineData("IO error: No such file or directory: While open a file for random read: /x/000012.ldb: No such file or directory", EngineFault.Damaged)]
    [InlineData("Invalid argument: Column families not opened: later", EngineFault.Damaged)]
    public void FaultOf_StatusText_IsTheKindOfTrouble(string text, EngineFault fault) => Assert.Equal(fault, LibraryError.FaultOf(text));

    [Fact]
    public void Maps_OfThisProcess_ShowTheBuildsLibraryAndNoOther()
    {
        RocksDbLibrary.Require();
        var mapped = File.ReadLines("/proc/self/maps").Where(line => line.Contains("librocksdb", StringComparison.Ordinal));
        var file = Assert.Single(mapped.Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..]).Distinct());
        Assert.StartsWith(Path.Combine(AppContext.BaseDirectory, "runtimes"), file, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("librocksdb.so")]
    [InlineData("librocksdb-jemalloc.so")]
    [InlineData("native/librocksdb-11.so")]
    [InlineData("amd64/librocksdb.so")]
    [InlineData("native/amd64/librocksdb.so")]
    [InlineData("runtimes/linux-x64/native/librocksdb-musl.so")]
    public void Preferred_LibraryInTheWorkingDirectory_IsSeen(string name)
    {
        Assert.Empty(RocksDbLibrary.Preferred(_folder.Path));
        var file = Path.Combine(_folder.Path, name.Replace("amd64", NativeImport.Importers.GetArchName(Architecture), StringComparison.Ordinal)
            .Replace("linux-x64", $"linux-{Architecture.ToString().ToLowerInvariant()}", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "");
        Assert.Equal([file], RocksDbLibrary.Preferred(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private static System.Runtime.InteropServices.Architecture Architecture => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture;
}
