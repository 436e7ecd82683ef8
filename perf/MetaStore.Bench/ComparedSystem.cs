using MetaStore.Testing.Processes;

namespace MetaStore.Bench;

/// <summary>A system in a comparison.</summary>
/// <param name="Name">Name in the report.</param>
/// <param name="Make">Creates a cluster of three nodes, not started; the caller disposes it.</param>
internal sealed record ComparedSystem(string Name, Func<ProcessCluster> Make)
{
    /// <summary>Without compaction, some minutes of puts exceed the default quota of 2 GiB.</summary>
    public const string QuotaFlag = "--quota-backend-bytes=34359738368";

    public static ComparedSystem MetaStore { get; } = OfMetaStore("MetaStore", "memory");

    public static ComparedSystem OnRocksDb { get; } = OfMetaStore("rocksdb", "rocksdb");

    public static ComparedSystem InMemory { get; } = OfMetaStore("memory", "memory");

    /// <summary>The server of another build, usually of an earlier commit.</summary>
    /// <param name="program">Path of its metastore.</param>
    public static ComparedSystem Before(string program) => new("before", () => ProcessCluster.Of(program, 3, "--engine", "memory", QuotaFlag));

    /// <summary>Null when it is not installed.</summary>
    public static ComparedSystem? Etcd { get; } = OfEtcd(3);

    /// <summary>MetaStore with another engine or number of members.</summary>
    public static ComparedSystem OfMetaStore(string name, string engine, int members = 3) =>
        new(name, () => ProcessCluster.OfMetaStore(members, "--engine", engine, QuotaFlag));

    /// <summary>etcd with another number of members; null when it is not installed.</summary>
    public static ComparedSystem? OfEtcd(int members) => Programs.Etcd is null ? null : new("etcd", () => ProcessCluster.OfEtcd(members, QuotaFlag));
}
