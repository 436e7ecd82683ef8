using static MetaStore.Server.Configuration.Settings.SettingKinds;

namespace MetaStore.Server.Configuration.Settings;

/// <summary>The part of <see cref="SettingCatalogue"/> that is about TLS and proofs between members. Flags and defaults are etcd's, but for peer-secret-file.</summary>
internal static class PeerTlsTable
{
    public static Setting[] All { get; } =
    [
        Text("peer-cert-file", "server.tls.peer.cert_file", "PEM of the certificate for https peer addresses, the chain following the leaf; shown to other members too.",
            "/etc/metastore/peer.crt", o => o.PeerTls.CertFile, (o, v) => o.PeerTls.CertFile = v),
        Text("peer-key-file", "server.tls.peer.key_file", "PEM of its private key, not encrypted.", "/etc/metastore/peer.key",
            o => o.PeerTls.KeyFile, (o, v) => o.PeerTls.KeyFile = v),
        Text("peer-trusted-ca-file", "server.tls.peer.trusted_ca_file", "PEM of the authorities that members' certificates must come from; makes them mandatory.",
            "/etc/metastore/peer-ca.crt", o => o.PeerTls.TrustedCaFile, (o, v) => o.PeerTls.TrustedCaFile = v),
        Switch("peer-client-cert-auth", "server.tls.peer.cert_auth", "Members that connect must show a certificate; needs peer-trusted-ca-file.",
            o => o.PeerTls.ClientCertAuth, (o, v) => o.PeerTls.ClientCertAuth = v),
        Text("peer-crl-file", "server.tls.peer.crl_file", "DER or PEM of the authorities' revocation lists.", "/etc/metastore/peer-ca.crl",
            o => o.PeerTls.CrlFile, (o, v) => o.PeerTls.CrlFile = v),
        Words("peer-cert-allowed-cn", "server.tls.peer.allowed_cn", "Common names of which a member's certificate must have one; empty = any.", "metastore-peer",
            o => o.PeerTls.AllowedCommonNames, (o, v) => o.PeerTls.AllowedCommonNames = v),
        Words("peer-cert-allowed-hostname", "server.tls.peer.allowed_hostname", "Names of which a member's certificate must have one among its SANs; empty = any.",
            "peer.example.com", o => o.PeerTls.AllowedHostnames, (o, v) => o.PeerTls.AllowedHostnames = v),
        Text("peer-client-cert-file", "server.tls.peer.client_cert_file", "PEM of the certificate shown to other members' peer addresses; empty = peer-cert-file.",
            "/etc/metastore/peer-client.crt", o => o.PeerTls.ClientCertFile, (o, v) => o.PeerTls.ClientCertFile = v),
        Text("peer-client-key-file", "server.tls.peer.client_key_file", "PEM of the private key of peer-client-cert-file.", "/etc/metastore/peer-client.key",
            o => o.PeerTls.ClientKeyFile, (o, v) => o.PeerTls.ClientKeyFile = v),
        Switch("peer-auto-tls", "server.tls.peer.auto", "Make a self-signed certificate in the data directory when peer-cert-file is not given; it proves nothing.",
            o => o.PeerTls.AutoTls, (o, v) => o.PeerTls.AutoTls = v),
        Switch("peer-skip-client-san-verification", "server.tls.peer.skip_client_san_verification",
            "Do not compare the address of a member that connects with the SANs of its certificate.",
            o => o.PeerTls.SkipClientSanVerification, (o, v) => o.PeerTls.SkipClientSanVerification = v).Also("experimental-peer-skip-client-san-verification"),
        Text("peer-secret-file", "server.tls.peer.secret_file",
            "Secrets that members prove to have, one a line of at least 32 bytes; the first proves, each is accepted. Encrypts nothing.", "/etc/metastore/peer.secret",
            o => o.PeerTls.SecretFile, (o, v) => o.PeerTls.SecretFile = v),
    ];
}
