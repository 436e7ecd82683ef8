using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MetaStore.Server.Listening.Http2;

/// <summary>Reports that ALPN agreed on h2, for a connection without TLS and without a certificate.</summary>
internal sealed class PriorKnowledge : ITlsConnectionFeature, ITlsApplicationProtocolFeature
{
    public static readonly PriorKnowledge Instance = new();

    private PriorKnowledge()
    {
    }

    public ReadOnlyMemory<byte> ApplicationProtocol { get; } = "h2"u8.ToArray();

    public X509Certificate2? ClientCertificate
    {
        get => null;
        set => throw new NotSupportedException("the connection has no TLS");
    }

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
        Task.FromResult<X509Certificate2?>(null);
}
