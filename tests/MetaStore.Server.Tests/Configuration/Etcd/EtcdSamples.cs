using System.Text;

namespace MetaStore.Server.Tests.Configuration.Etcd;

/// <summary>Files with every key and value of the sample file of an etcd release, except ports and directory.</summary>
/// <remarks>Source of keys and values: etcd.conf.yml.sample of the releases.</remarks>
internal static class EtcdSamples
{
    public static IReadOnlyList<string> Releases { get; } = ["3.4.23", "3.5.4", "3.5.21", "3.6.14", "3.7.1"];

    /// <summary>Writes the file of a release.</summary>
    public static string Write(string release, string dataDirectory, int clientPort, int peerPort)
    {
        var version = Version.Parse(release);
        bool allowed = version >= new Version(3, 5, 21);
        var text = new StringBuilder();
        void Key(string name, string value) => text.Append(name).Append(": ").Append(value).Append('\n');
        void Security(string name, bool isPeer)
        {
            Key(name, "");
            foreach (string key in (string[])["cert-file", "key-file", "trusted-ca-file"])
            {
                Key("  " + key, "");
            }

            Key("  client-cert-auth", "false");
            Key("  auto-tls", "false");
            foreach (string key in isPeer && allowed ? (string[])["allowed-cn", "allowed-hostname"] : [])
            {
                Key("  " + key, "");
            }
        }

        Key("name", "'default'");
        Key("data-dir", $"'{dataDirectory}'");
        foreach (string empty in (string[])["wal-dir", "cors", "discovery", "discovery-proxy", "discovery-srv", "initial-cluster"])
        {
            Key(empty, "");
        }

        Key("snapshot-count", "10000");
        Key("heartbeat-interval", "100");
        Key("election-timeout", "1000");
        Key("quota-backend-bytes", "0");
        Key("listen-peer-urls", $"http://localhost:{peerPort}");
        Key("initial-advertise-peer-urls", $"http://localhost:{peerPort}");
        Key("listen-client-urls", $"http://localhost:{clientPort}");
        Key("advertise-client-urls", $"http://localhost:{clientPort}");
        Key("max-snapshots", "5");
        Key("max-wals", "5");
        Key("discovery-fallback", "'proxy'");
        Key("initial-cluster-token", "'etcd-cluster'");
        Key("initial-cluster-state", "'new'");
        Key("strict-reconfig-check", "false");
        Key("enable-pprof", "true");
        Key("proxy", "'off'");
        Key("proxy-failure-wait", "5000");
        Key("proxy-refresh-interval", "30000");
        Key("proxy-dial-timeout", "1000");
        Key("proxy-write-timeout", "5000");
        Key("proxy-read-timeout", "0");
        Security("client-transport-security", isPeer: false);
        Security("peer-transport-security", isPeer: true);
        Key("logger", "zap");
        Key("log-outputs", "[stderr]");
        Key("force-new-cluster", "false");
        Key("auto-compaction-mode", "periodic");
        Key("auto-compaction-retention", "\"1\"");
        if (version < new Version(3, 6))
        {
            Key("enable-v2", "true");
        }

        if (version < new Version(3, 5))
        {
            Key("debug", "false");
        }
        else
        {
            Key("self-signed-cert-validity", "1");
            Key("log-level", "debug");
        }

        if (version >= new Version(3, 6))
        {
            Key("cipher-suites", "[\n  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,\n  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\n]");
            Key("tls-min-version", "'TLS1.2'");
            Key("tls-max-version", "'TLS1.3'");
        }

        return text.ToString();
    }
}
