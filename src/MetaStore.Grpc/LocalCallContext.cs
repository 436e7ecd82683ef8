using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Grpc;

/// <summary>
/// The context of a call that did not come over gRPC: the JSON gateway, a service calling another, a test. The caller
/// owns it and reads the outcome from <see cref="CallContext.Status"/>.
/// </summary>
public sealed class LocalCallContext : CallContext
{
    private readonly Metadata _requestHeaders;

    /// <summary>Makes a context for one call.</summary>
    /// <param name="method">Full name of the method, for logs.</param>
    /// <param name="requestHeaders">Metadata the method may look at; held, not copied.</param>
    /// <param name="peer">Where the call came from.</param>
    /// <param name="timeout">Only told to the method; <paramref name="cancellationToken"/> has to enforce it.</param>
    /// <param name="clientCertificate">Certificate of the HTTP client, if any.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public LocalCallContext(
        string method,
        Metadata? requestHeaders = null,
        string peer = "local",
        TimeSpan? timeout = null,
        X509Certificate2? clientCertificate = null,
        CancellationToken cancellationToken = default)
    {
        Method = method;
        Peer = peer;
        Timeout = timeout;
        ClientCertificate = clientCertificate;
        CancellationToken = cancellationToken;
        _requestHeaders = requestHeaders ?? Metadata.Empty;
    }

    /// <summary>See <see cref="CallContext.ResponseCopies"/>; 2 unless the caller makes more of the response.</summary>
    public int Copies { get; init; } = 2;

    /// <summary>What <see cref="Abort"/> does; nothing when the caller takes the response itself.</summary>
    public Action? OnAbort { get; init; }

    /// <inheritdoc/>
    public override int ResponseCopies => Copies;

    /// <inheritdoc/>
    public override string Method { get; }

    /// <inheritdoc/>
    public override string Peer { get; }

    /// <inheritdoc/>
    public override X509Certificate2? ClientCertificate { get; }

    /// <inheritdoc/>
    public override TimeSpan? Timeout { get; }

    /// <inheritdoc/>
    public override CancellationToken CancellationToken { get; }

    /// <inheritdoc/>
    public override Metadata RequestHeaders => _requestHeaders;

    /// <inheritdoc/>
    public override string? RequestHeader(string name) => _requestHeaders.Get(name);

    /// <inheritdoc/>
    public override ValueTask SendHeadersAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public override void Abort() => OnAbort?.Invoke();
}
