namespace MetaStore.Engines.RocksDb;

/// <summary>Names of the column families; part of the on-disk format (docs/formats.md).</summary>
internal static class FamilyNames
{
    /// <summary>"default", which RocksDB always has and which stays empty, then one per bucket in the order of their numbers.</summary>
    internal static IReadOnlyList<string> All { get; } = ["default", .. Enum.GetValues<Bucket>().Select(Of)];

    private static string Of(Bucket bucket) => bucket switch
    {
        Bucket.Meta => "meta",
        Bucket.Revisions => "revisions",
        Bucket.Leases => "leases",
        Bucket.Members => "members",
        Bucket.Auth => "auth",
        _ => throw new InvalidOperationException($"bucket {bucket} has no column family"),
    };
}
