using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Figures of TLS on the client port; there only with an https address.</summary>
internal static class TlsMetrics
{
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
}
