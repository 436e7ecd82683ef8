namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>Purposes that a certificate may be limited to (extended key usage, RFC 5280 section 4.2.1.12).</summary>
internal static class KeyPurpose
{
    /// <summary>A server shows it.</summary>
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>A client shows it.</summary>
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
}
