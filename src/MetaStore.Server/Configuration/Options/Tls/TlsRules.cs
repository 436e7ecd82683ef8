using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration.Options.Tls;

/// <summary>Which settings of TLS go together. Refused is what etcd refuses; what would be without effect is warned of.</summary>
internal static class TlsRules
{
    /// <summary>Checks what single values cannot show.</summary>
    public static void Check(MetaStoreOptions options, OptionsValidator.RequireRule require)
    {
        TlsOptions tls = options.Tls;
        EndpointUrl? https = Listeners(options.Member).FirstOrDefault(url => url.IsTls);
        if (https is not null)
        {
            require(tls.HasPair || tls.AutoTls, "cert-file", $"and key-file (or auto-tls) must be given to listen on {https.Text}", "/etc/metastore/server.crt");
            require(!tls.HasPair || (tls.CertFile.Length > 0 && tls.KeyFile.Length > 0), tls.CertFile.Length > 0 ? "key-file" : "cert-file",
                "must be given too: cert-file and key-file go together", tls.CertFile.Length > 0 ? "/etc/metastore/server.key" : "/etc/metastore/server.crt");
        }

        require(!tls.ClientCertAuth || tls.TrustedCaFile.Length > 0, "trusted-ca-file", "must be given too when client-cert-auth is on", "/etc/metastore/ca.crt");
        require((tls.ClientCertFile.Length > 0) == (tls.ClientKeyFile.Length > 0), tls.ClientCertFile.Length > 0 ? "client-key-file" : "client-cert-file",
            "must be given too: client-cert-file and client-key-file go together", tls.ClientCertFile.Length > 0 ? "/etc/metastore/client.key" : "/etc/metastore/client.crt");
        require(tls.MaxVersion.Length == 0 || string.CompareOrdinal(tls.MinVersion, tls.MaxVersion) <= 0, "tls-min-version",
            $"must not be above tls-max-version ({tls.MaxVersion})", TlsOptions.Tls12, "tls-max-version");
        require(tls.CipherSuites.Length == 0 || tls.MinVersion != TlsOptions.Tls13, "cipher-suites",
            "must not be given with tls-min-version TLS1.3, whose suites cannot be chosen", null, "tls-min-version");
    }

    /// <summary>Settings that have no effect.</summary>
    public static IEnumerable<string> Warnings(MetaStoreOptions options)
    {
        TlsOptions tls = options.Tls;
        EndpointUrl[] listeners = [.. Listeners(options.Member)];
        foreach (EndpointUrl url in listeners.Where(url => !url.IsTls))
        {
            if (tls.HasPair)
            {
                yield return $"{url.Text} is cleartext: cert-file and key-file are ignored there";
            }

            if (tls.ClientCertAuth)
            {
                yield return $"{url.Text} is cleartext: client-cert-auth is ignored there";
            }
        }

        if (tls is { HasPair: true, AutoTls: true })
        {
            yield return "auto-tls is ignored since cert-file is given";
        }

        if (!tls.DemandsCertificates && (tls.CrlFile.Length > 0 || tls.AllowedHostnames.Length > 0))
        {
            yield return "client-crl-file and client-cert-allowed-hostname have no effect without trusted-ca-file: no client shows a certificate";
        }
    }

    private static IEnumerable<EndpointUrl> Listeners(MemberOptions member) =>
        member.ListenClientUrls.Concat(member.ListenClientHttpUrls).Concat(member.ListenMetricsUrls);
}
