using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Grpc;

/// <summary>
/// What a service method knows about the call it answers. Valid until the method's task completes: the object is used
/// again for later calls, so nothing may hold it longer. Members are for the method's own flow of control, except
/// <see cref="CancellationToken"/>.
/// </summary>
public abstract class CallContext
{
    private Metadata? _responseHeaders;
    private Metadata? _responseTrailers;

    /// <summary>Full name of the method, <c>/package.Service/Method</c>.</summary>
    public abstract string Method { get; }

    /// <summary>Remote address as <c>host:port</c>, or a name of the local origin.</summary>
    public abstract string Peer { get; }

    /// <summary>The verified certificate of the client, when the connection has TLS and the client showed one.</summary>
    public abstract X509Certificate2? ClientCertificate { get; }

    /// <summary>What the client gave the call as a whole, counted from its arrival; null for no limit.</summary>
    public abstract TimeSpan? Timeout { get; }

    /// <summary>
    /// Fires when the client resets the stream, the connection breaks or the deadline passes. Made on first use: a method
    /// that never asks for it pays nothing.
    /// </summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>A copy of all request metadata, made on first use.</summary>
    /// <exception cref="RpcException">A <c>-bin</c> value is not base64 (Internal).</exception>
    public abstract Metadata RequestHeaders { get; }

    /// <summary>Pairs to send before the first message; ignored after that.</summary>
    public Metadata ResponseHeaders => _responseHeaders ??= new Metadata();

    /// <summary>Pairs to send with the status.</summary>
    public Metadata ResponseTrailers => _responseTrailers ??= new Metadata();

    /// <summary>The status the call will end with unless the method throws.</summary>
    public Status Status { get; private set; }

    /// <summary>A place for the server to keep something of its own for the time of the call.</summary>
    public object? UserState { get; set; }

    internal Metadata? ResponseHeadersOrNull => _responseHeaders;

    internal Metadata? ResponseTrailersOrNull => _responseTrailers;

    /// <summary>The first value of a text header; null when absent.</summary>
    /// <param name="name">Lower-case name.</param>
    public abstract string? RequestHeader(string name);

    /// <summary>Sends the response headers now instead of with the first message.</summary>
    public abstract ValueTask SendHeadersAsync();

    /// <summary>Ends the call with an error; the value the method returns is not sent. Cheap: nothing is thrown.</summary>
    public void Fail(StatusCode code, string detail) => Status = new Status(code, detail);

    /// <inheritdoc cref="Fail(StatusCode, string)"/>
    public void Fail(Status status) => Status = status;

    /// <summary>Makes the object ready for another call.</summary>
    private protected void ResetResponse()
    {
        _responseHeaders = null;
        _responseTrailers = null;
        Status = default;
        UserState = null;
    }
}
