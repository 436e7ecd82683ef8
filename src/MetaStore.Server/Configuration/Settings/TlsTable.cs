using MetaStore.Server.Configuration.Options.Tls;
using static MetaStore.Server.Configuration.Settings.SettingKinds;

using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration.Settings;

/// <summary>The part of <see cref="SettingCatalogue"/> that is about TLS on the client port. Flags and defaults are etcd's, but for crl-require-fresh and require-tls.</summary>
internal static class TlsTable
{
    public static Setting[] All { get; } =
    [
        Text("cert-file", "server.tls.client.cert_file", "PEM of the certificate for https addresses, the chain following the leaf.", "/etc/metastore/server.crt",
            o => o.Tls.CertFile, (o, v) => o.Tls.CertFile = v),
        Text("key-file", "server.tls.client.key_file", "PEM of its private key, not encrypted.", "/etc/metastore/server.key",
            o => o.Tls.KeyFile, (o, v) => o.Tls.KeyFile = v),
        Text("trusted-ca-file", "server.tls.client.trusted_ca_file", "PEM of the authorities that client certificates must come from; makes them mandatory.",
            "/etc/metastore/ca.crt", o => o.Tls.TrustedCaFile, (o, v) => o.Tls.TrustedCaFile = v),
        Switch("client-cert-auth", "server.tls.client.cert_auth", "Client certificates are mandatory, and their common names are names of users while auth is on; needs trusted-ca-file.",
            o => o.Tls.ClientCertAuth, (o, v) => o.Tls.ClientCertAuth = v),
        Text("client-crl-file", "server.tls.client.crl_file", "DER or PEM of the authorities' revocation lists.", "/etc/metastore/ca.crl",
            o => o.Tls.CrlFile, (o, v) => o.Tls.CrlFile = v),
        Words("client-cert-allowed-hostname", "server.tls.client.allowed_hostname", "Names of which a client certificate must have one among its SANs; empty = any.",
            "app.example.com", o => o.Tls.AllowedHostnames, (o, v) => o.Tls.AllowedHostnames = v),
        Text("client-cert-file", "server.tls.client.client_cert_file", "PEM of the certificate shown to other members' client addresses; empty = cert-file.",
            "/etc/metastore/client.crt", o => o.Tls.ClientCertFile, (o, v) => o.Tls.ClientCertFile = v),
        Text("client-key-file", "server.tls.client.client_key_file", "PEM of the private key of client-cert-file.", "/etc/metastore/client.key",
            o => o.Tls.ClientKeyFile, (o, v) => o.Tls.ClientKeyFile = v),
        Switch("auto-tls", "server.tls.client.auto", "Make a self-signed certificate in the data directory when cert-file is not given.",
            o => o.Tls.AutoTls, (o, v) => o.Tls.AutoTls = v),
        Whole("self-signed-cert-validity", "server.tls.self_signed_cert_validity", "Years that a certificate of auto-tls is valid.", 1, 1_000,
            o => o.Tls.SelfSignedValidityYears, (o, v) => o.Tls.SelfSignedValidityYears = (int)v),
        new Setting
        {
            Flag = "cipher-suites",
            Path = "server.tls.cipher_suites",
            Meaning = "Cipher suites below TLS 1.3; empty = the runtime's.",
            Range = "IANA names, several with commas",
            Example = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            Assign = (o, text) =>
            {
                string[] names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                if (names.FirstOrDefault(name => !CipherSuiteNames.IsKnown(name)) is { } unknown)
                {
                    return $"names {unknown}, which is none of {string.Join(", ", CipherSuiteNames.All)}";
                }

                o.Tls.CipherSuites = [.. names.Distinct(StringComparer.Ordinal)];
                return null;
            },
            Show = o => string.Join(',', o.Tls.CipherSuites),
        },
        Choice("tls-min-version", "server.tls.min_version", "Lowest version of TLS.", [TlsOptions.Tls12, TlsOptions.Tls13], o => o.Tls.MinVersion, (o, v) => o.Tls.MinVersion = v),
        Choice("tls-max-version", "server.tls.max_version", "Highest version of TLS; empty = the highest that there is.", [TlsOptions.Tls13, TlsOptions.Tls12],
            o => o.Tls.MaxVersion, (o, v) => o.Tls.MaxVersion = v),
        Switch("crl-require-fresh", "server.tls.crl_require_fresh", "Refuse certificates whose revocation list is past its next update, instead of a warning.",
            o => o.Tls.CrlRequireFresh, (o, v) => o.Tls.CrlRequireFresh = v),
        Switch("require-tls", "server.tls.required",
            "Refuse to start when an address of clients or peers outside loopback has no TLS, or members prove nothing to each other.",
            o => o.Tls.RequireTls, (o, v) => o.Tls.RequireTls = v),
    ];
}
