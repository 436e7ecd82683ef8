using System.Net;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration.Options.Tls;

/// <summary>Which settings of the peer port go together, and what is said when anyone may speak on it.</summary>
internal static class PeerTlsRules
{
    /// <summary>Checks what single values cannot show.</summary>
    public static void Check(MetaStoreOptions options, OptionsValidator.RequireRule require)
    {
        PeerTlsOptions tls = options.PeerTls;
        EndpointUrl? https = options.Member.ListenPeerUrls.FirstOrDefault(url => url.IsTls);
        if (https is not null)
        {
            require(tls.HasPair || tls.AutoTls, "peer-cert-file", $"and peer-key-file (or peer-auto-tls) must be given to listen on {https.Text}", "/etc/metastore/peer.crt");
        }

        require(!tls.HasPair || (tls.CertFile.Length > 0 && tls.KeyFile.Length > 0), tls.CertFile.Length > 0 ? "peer-key-file" : "peer-cert-file",
            "must be given too: peer-cert-file and peer-key-file go together", tls.CertFile.Length > 0 ? "/etc/metastore/peer.key" : "/etc/metastore/peer.crt");
        require(!tls.ClientCertAuth || tls.TrustedCaFile.Length > 0, "peer-trusted-ca-file", "must be given too when peer-client-cert-auth is on", "/etc/metastore/peer-ca.crt");
        require((tls.ClientCertFile.Length > 0) == (tls.ClientKeyFile.Length > 0), tls.ClientCertFile.Length > 0 ? "peer-client-key-file" : "peer-client-cert-file",
            "must be given too: peer-client-cert-file and peer-client-key-file go together",
            tls.ClientCertFile.Length > 0 ? "/etc/metastore/peer-client.key" : "/etc/metastore/peer-client.crt");
        require(tls.AllowedCommonNames.Length == 0 || tls.AllowedHostnames.Length == 0, "peer-cert-allowed-cn",
            "must not be given with peer-cert-allowed-hostname", null, "peer-cert-allowed-hostname");
        if (options.Tls.RequireTls)
        {
            CheckRequired(options, require);
        }
    }

    /// <summary>Settings that have no effect, and a peer port that is open to all.</summary>
    public static IEnumerable<string> Warnings(MetaStoreOptions options)
    {
        PeerTlsOptions tls = options.PeerTls;
        EndpointUrl[] listened = options.Member.ListenPeerUrls;
        foreach (EndpointUrl url in listened.Where(url => !url.IsTls))
        {
            if (tls.HasPair)
            {
                yield return $"{url.Text} is cleartext: peer-cert-file and peer-key-file are ignored there";
            }

            if (tls.ClientCertAuth)
            {
                yield return $"{url.Text} is cleartext: peer-client-cert-auth is ignored there";
            }
        }

        if (tls is { HasPair: true, AutoTls: true })
        {
            yield return "peer-auto-tls is ignored since peer-cert-file is given";
        }

        if (!tls.DemandsCertificates && (tls.CrlFile.Length > 0 || tls.AllowedCommonNames.Length > 0 || tls.AllowedHostnames.Length > 0))
        {
            yield return "peer-crl-file, peer-cert-allowed-cn and peer-cert-allowed-hostname have no effect on members that connect without peer-trusted-ca-file";
        }

        if (listened.Length > 0 && options.Cluster.AdvertisePeerUrls.FirstOrDefault(url => url.IsTls != listened[0].IsTls) is { } other)
        {
            yield return $"other members connect to {other.Text}, and this one listens on {listened[0].Text}: one has TLS and the other does not";
        }

        if (listened.FirstOrDefault(url => IsOpen(url, tls)) is { } open)
        {
            yield return $"ANY MACHINE that reaches {open.Text} can speak as a member, and change or delete all data: give https with peer-trusted-ca-file, or peer-secret-file, "
                + "or close the port to others by a firewall (docs/security.md)";
        }
    }

    private static void CheckRequired(MetaStoreOptions options, OptionsValidator.RequireRule require)
    {
        const string why = "can be reached from other machines and has no TLS, which require-tls demands";
        foreach (EndpointUrl url in options.Member.ListenPeerUrls.Where(url => !IsLocal(url)))
        {
            require(url.IsTls, "listen-peer-urls", why, "https://0.0.0.0:2380");
            require(!url.IsTls || !IsOpen(url, options.PeerTls), "peer-trusted-ca-file", "or peer-secret-file must be given: require-tls demands that members prove who they are",
                "/etc/metastore/peer-ca.crt");
        }

        require(options.Member.ListenClientUrls.All(url => url.IsTls || IsLocal(url)), "listen-client-urls", why, "https://0.0.0.0:2379");
        require(options.Member.ListenClientHttpUrls.All(url => url.IsTls || IsLocal(url)), "listen-client-http-urls", why, "https://0.0.0.0:2379");
    }

    /// <summary>True when those that connect prove nothing, and other machines can connect.</summary>
    private static bool IsOpen(EndpointUrl url, PeerTlsOptions tls) =>
        !IsLocal(url) && tls.SecretFile.Length == 0 && !(url.IsTls && tls.DemandsCertificates);

    private static bool IsLocal(EndpointUrl url) =>
        url.SocketPath is not null || url.Host == "localhost" || (IPAddress.TryParse(url.Host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
