namespace MetaStore.Fuzz.Targets;

/// <summary>All targets.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("token", TokenTarget.Run, TokenTarget.Seeds),
        new("hello", HelloTarget.Run, HelloTarget.Seeds),
        new("gateway", GatewayTarget.Run, GatewayTarget.Seeds),
        new("certificate", CertificateTarget.Run, CertificateTarget.Seeds),
        new("crl", RevocationTarget.Run, RevocationTarget.Seeds),
        new("command", CommandTarget.Run, CommandTarget.Seeds),
        new("batch", BatchTarget.Run, BatchTarget.Seeds),
        new("wal", WalTarget.Run, WalTarget.Seeds),
        new("bolt", BoltTarget.Run, BoltTarget.Seeds),
        new("etcd", EtcdTarget.Run, EtcdTarget.Seeds),
        new("snapshot", SnapshotTarget.Run, SnapshotTarget.Seeds),
        new("state", StateTarget.Run, StateTarget.Seeds),
        new("pages", PagesTarget.Run, PagesTarget.Seeds),
        new("peer", PeerTarget.Run, PeerTarget.Seeds),
        new("segment", SegmentTarget.Run, SegmentTarget.Seeds),
        new("files", FilesTarget.Run, FilesTarget.Seeds),
        new("config", ConfigTarget.Run, ConfigTarget.Seeds),
        new("setting", SettingTarget.Run, SettingTarget.Seeds),
        new("dashboard", DashboardTarget.Run, DashboardTarget.Seeds),
        new("authority", AuthorityTarget.Run, AuthorityTarget.Seeds),
        new("grpc", GrpcTarget.Run, GrpcTarget.Seeds),
    ];

    public static FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
