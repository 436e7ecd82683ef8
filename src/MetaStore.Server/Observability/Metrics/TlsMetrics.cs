using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Listening.Tls.Peers;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Figures of TLS, on the client port and between members.</summary>
internal static class TlsMetrics
{
    /// <summary>Of the client port; there only with an https address.</summary>
    public static void Write(MetricFamilies text, TlsPort tls, TimeProvider time)
    {
        text.Single("metastore_tls_certificate_days_left", "gauge", "Days until the certificate of the https addresses ends; negative after that.",
            (tls.ValidUntil - time.GetUtcNow().UtcDateTime).TotalDays);
        text.Single("metastore_tls_reload_failures_total", "counter", "Times that changed certificates, keys, authorities or revocation lists could not be used.", tls.ReloadFailures);
        text.Single("metastore_tls_revocation_list_stale", "gauge", "1 while a revocation list is past its next update, or none could be read.", tls.IsRevocationStale ? 1 : 0);
        text.Single("metastore_tls_handshakes_open", "gauge", "TLS handshakes in progress.", tls.Slots.Held);
        text.Single("metastore_tls_handshakes_failed_total", "counter", "TLS handshakes that failed, were not finished in time, or did not begin; without refused certificates.", tls.Failed);
        text.Single("metastore_tls_client_certificates_refused_total", "counter", "Handshakes refused because of the client's certificate, or because it showed none.", tls.Refused);
        text.Single("metastore_tls_client_certificate_connections", "gauge", "Open connections whose client has shown a certificate.", tls.Sessions.Count);
        text.Single("metastore_tls_connections_closed_total", "counter", "Open connections closed because their certificate was revoked or lost its authority.", tls.Sessions.Closed);
    }

    /// <summary>The same of the peer port. Refused connections are counted by reason in metastore_peer_connections_refused_total.</summary>
    public static void WritePeers(MetricFamilies text, PeerTls tls, PeerSecretFile? secrets, TimeProvider time)
    {
        if (tls.ValidUntil is { } end)
        {
            text.Single("metastore_peer_tls_certificate_days_left", "gauge", "Days until the certificate of the https peer address ends; negative after that.",
                (end - time.GetUtcNow().UtcDateTime).TotalDays);
        }

        text.Single("metastore_peer_tls_reload_failures_total", "counter",
            "Times that changed certificates, keys, authorities, revocation lists or secrets of peers could not be used.", tls.ReloadFailures + (secrets?.ReloadFailures ?? 0));
        text.Single("metastore_peer_tls_revocation_list_stale", "gauge", "1 while a revocation list of peers is past its next update, or none could be read.", tls.IsRevocationStale ? 1 : 0);
        text.Single("metastore_peer_tls_certificate_connections", "gauge", "Open connections between members that are judged by a certificate.", tls.Accepted.Count + tls.Dialled.Count);
        text.Single("metastore_peer_tls_connections_closed_total", "counter", "Connections between members closed because a certificate was revoked or lost its authority.",
            tls.Accepted.Closed + tls.Dialled.Closed);
    }
}
