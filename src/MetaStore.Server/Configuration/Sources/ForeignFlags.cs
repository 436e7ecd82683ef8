namespace MetaStore.Server.Configuration.Sources;

/// <summary>etcd's flags that this version does not act on: accepted with a warning when that is harmless, else rejected with an alternative.</summary>
internal static class ForeignFlags
{
    private const string NoDiscovery = "discovery services are not supported; give initial-cluster";
    private const string OfDiscovery = "belongs to discovery services, which are refused";
    private const string OfProxy = "belongs to the v2 proxy, which is refused";
    private const string OfBolt = "belongs to the bbolt database; the log is synced in groups, as fast as the disk allows";
    private const string Retired = "etcd ignores it as well";

    private static readonly ForeignFlag[] Table =
    [
        NoEffect("initial-election-tick-advance", "elections after a start are as fast as the timeouts allow", isSwitch: true),
        NoEffect("max-wals", "the log is compacted automatically"),
        NoEffect("backend-batch-interval", OfBolt),
        NoEffect("backend-batch-limit", OfBolt),
        NoEffect("backend-bbolt-freelist-type", OfBolt),
        NoEffect("experimental-backend-bbolt-freelist-type", OfBolt),
        NoEffect("enable-pprof", "there are no Go profiles; use dotnet-trace, dotnet-counters or dotnet-gcdump on the process", isSwitch: true),
        NoEffect("raft-read-timeout", "an idle connection between members is kept; a broken one is detected by raft-write-timeout"),
        NoEffect("socket-reuse-address", "addresses in TIME_WAIT can always be used", isSwitch: true),
        NoEffect("downgrade-check-time", "there is no older release to downgrade to"),
        NoEffect("experimental-downgrade-check-time", "there is no older release to downgrade to"),
        NoEffect("next-cluster-version-compatible", "members of etcd cannot be members of the cluster", isSwitch: true),
        NoEffect("experimental-enable-lease-checkpoint-persist", "checkpoints are always kept", isSwitch: true),
        NoEffect("experimental-txn-mode-write-with-shared-buffer", "there is no such buffer", isSwitch: true),
        NoEffect("experimental-stop-grpc-service-on-defrag", "defragmenting stops neither reads nor writes", isSwitch: true),
        NoEffect("grpc-additional-server-options", "only applies inside a Go program"),
        NoEffect("logger", "there is one logger; log-format and log-outputs configure it"),
        NoEffect("log-package-levels", "all parts log by log-level"),
        NoEffect("v2-deprecation", "there is no v2 store"),
        NoEffect("enable-v2", "there is no v2 API, only v3", isSwitch: true),
        Refused("experimental-enable-v2v3", "there is no v2 API; use clients of the v3 API"),
        Refused("force-new-cluster", "this version cannot rebuild a cluster from one member; restore a snapshot with metactl snapshot restore", isSwitch: true),

        Refused("discovery", NoDiscovery),
        Refused("discovery-srv", "DNS discovery is not supported; give initial-cluster"),
        Refused("discovery-endpoints", NoDiscovery),
        Refused("discovery-token", NoDiscovery),
        Refused("discovery-config", NoDiscovery),
        .. Each(OfDiscovery, "discovery-srv-name", "discovery-fallback", "discovery-proxy", "discovery-dial-timeout", "discovery-request-timeout", "discovery-keepalive-time",
            "discovery-keepalive-timeout", "discovery-cert", "discovery-key", "discovery-cacert", "discovery-user", "discovery-password"),
        NoEffect("discovery-insecure-transport", OfDiscovery, isSwitch: true),
        NoEffect("discovery-insecure-skip-tls-verify", OfDiscovery, isSwitch: true),

        Refused("proxy", "the v2 proxy does not exist here; clients take several endpoints"),
        .. Each(OfProxy, "proxy-failure-wait", "proxy-refresh-interval", "proxy-dial-timeout", "proxy-write-timeout", "proxy-read-timeout"),

        Refused("client-cert-allowed-cn", "client certificates are not limited to a common name; client-cert-allowed-hostname limits them to names among their SANs"),
        NoEffect("skip-client-san-verification", "the SANs of clients are compared with client-cert-allowed-hostname only", isSwitch: true),

        // Flags from before 3.0, which etcd still accepts as switches.
        .. new[] { "cluster-active-size", "cluster-remove-delay", "cluster-sync-interval", "force", "max-result-buffer", "max-retry-attempts", "peer-heartbeat-interval",
            "peer-election-timeout", "retry-interval", "snapshot", "v", "vv", "test.coverprofile", "test.outputdir" }.Select(name => NoEffect(name, Retired, isSwitch: true)),
    ];

    private static readonly Dictionary<string, ForeignFlag> ByName = Table.ToDictionary(flag => flag.Name, StringComparer.Ordinal);

    /// <summary>Every flag of this table, for suggestions, help and documentation.</summary>
    public static IReadOnlyList<ForeignFlag> All => Table;

    /// <summary>Finds a flag that is not in the catalogue; null when etcd does not have it either.</summary>
    public static ForeignFlag? Find(string name) => ByName.GetValueOrDefault(name);

    private static ForeignFlag NoEffect(string name, string why, bool isSwitch = false) => new(name, isSwitch, IsRefused: false, why);

    private static ForeignFlag Refused(string name, string why, bool isSwitch = false) => new(name, isSwitch, IsRefused: true, why);

    private static IEnumerable<ForeignFlag> Each(string why, params string[] names) => names.Select(name => NoEffect(name, why));
}
