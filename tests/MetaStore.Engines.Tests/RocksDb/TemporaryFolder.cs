namespace MetaStore.Engines.Tests.RocksDb;

/// <summary>A temporary folder for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("metastore-rocksdb-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
