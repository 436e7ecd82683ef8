using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Server.Configuration.Sources;

/// <summary>etcd's flags that this version does not act on: taken with a warning when harmless, refused when ignoring them would mislead.</summary>
internal static class ForeignFlags
{
    private static readonly string[] Ignored =
    [
        "initial-election-tick-advance", "max-wals", "backend-batch-interval", "backend-batch-limit",
        "cors", "host-whitelist", "auth-token", "auth-token-ttl", "bcrypt-cost", "enable-pprof",
        "compact-hash-check-time", "compaction-batch-limit", "compaction-sleep-interval", "feature-gates",
        "enable-v2", "logger", "log-package-levels", "debug", "listen-metrics-urls", "listen-client-http-urls", "self-signed-cert-validity",
        "tls-min-version", "tls-max-version", "cipher-suites", "socket-reuse-port", "socket-reuse-address", "backend-bbolt-freelist-type", "enable-log-rotation",
        "v2-deprecation", "experimental-enable-lease-checkpoint", "experimental-compaction-batch-limit",
        "experimental-compact-hash-check-enabled", "experimental-memory-mlock", "experimental-peer-skip-client-san-verification",

        // Of the v2 proxy, which "proxy" refuses to be: etcd's sample of a configuration file has them all.
        "discovery-fallback", "discovery-proxy", "proxy-failure-wait", "proxy-refresh-interval", "proxy-dial-timeout", "proxy-write-timeout", "proxy-read-timeout",
    ];

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["wal-dir"] = "the log always lives in {data-dir}/wal; mount a disk there instead",
        ["force-new-cluster"] = "this version cannot rebuild a cluster from one member",
        ["proxy"] = "the v2 proxy does not exist here",
        ["discovery"] = "discovery services are not supported; give initial-cluster",
        ["discovery-srv"] = "DNS discovery is not supported; give initial-cluster",
        ["discovery-endpoints"] = "discovery services are not supported; give initial-cluster",
        ["discovery-token"] = "discovery services are not supported; give initial-cluster",
    };

    private static readonly string[] Tls =
    [
        "cert-file", "key-file", "client-cert-auth", "client-crl-file", "client-cert-allowed-hostname", "trusted-ca-file", "auto-tls",
        "peer-cert-file", "peer-key-file", "peer-client-cert-auth", "peer-trusted-ca-file", "peer-cert-allowed-cn", "peer-cert-allowed-hostname",
        "peer-auto-tls", "peer-crl-file", "client-cert-file", "client-key-file", "peer-client-cert-file", "peer-client-key-file",
    ];

    private static readonly HashSet<string> Switches = new(StringComparer.Ordinal)
    {
        "initial-election-tick-advance", "enable-pprof", "enable-v2", "debug", "socket-reuse-port", "socket-reuse-address",
        "enable-log-rotation", "experimental-enable-lease-checkpoint", "experimental-compact-hash-check-enabled",
        "experimental-memory-mlock", "experimental-peer-skip-client-san-verification", "force-new-cluster", "client-cert-auth", "auto-tls",
        "peer-client-cert-auth", "peer-auto-tls",
    };

    /// <summary>Every flag of this table, for suggestions and help.</summary>
    public static IEnumerable<string> All => Ignored.Concat(Refused.Keys).Concat(Tls);

    /// <summary>Flags that are taken with a warning.</summary>
    public static IReadOnlyList<string> AcceptedWithWarning => Ignored;

    /// <summary>True when a bare <c>--flag</c> means true.</summary>
    public static bool IsSwitch(string flag) => Switches.Contains(flag);

    /// <summary>Looks a flag up that <see cref="SettingCatalogue"/> does not have.</summary>
    /// <param name="flag">Without dashes.</param>
    /// <param name="value">As given; an empty value or false of a refused flag asks for nothing and passes.</param>
    /// <param name="refusal">Why the flag is refused, or null when it is ignored.</param>
    /// <returns>False when the flag is unknown to etcd as well.</returns>
    public static bool TryJudge(string flag, string value, out string? refusal)
    {
        bool asksForNothing = value is "" or "false" or "0" or "off";
        if (Refused.TryGetValue(flag, out string? why))
        {
            refusal = asksForNothing ? null : why;
            return true;
        }

        if (Tls.Contains(flag, StringComparer.Ordinal))
        {
            refusal = asksForNothing ? null : "this version serves cleartext only and will not pretend otherwise; put a TLS proxy in front";
            return true;
        }

        refusal = null;
        return Ignored.Contains(flag, StringComparer.Ordinal);
    }
}
