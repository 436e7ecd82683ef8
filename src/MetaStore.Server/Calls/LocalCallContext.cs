using Grpc.Core;
using MetaStore.Batching.Admission.Queueing;

namespace MetaStore.Server.Calls;

/// <summary>
/// The context of a call that did not arrive over gRPC: from the JSON gateway, another service or a test. The caller owns it, and releases what
/// <see cref="Call"/> holds.
/// </summary>
internal sealed class LocalCallContext : ServerCallContext
{
    private static readonly AuthContext NoAuth = new(null, []);

    private readonly CancellationToken _cancellationToken;
    private readonly Metadata _requestHeaders;
    private ConnectionCredits? _credits;
    private Metadata? _responseTrailers;

    /// <summary>Makes a context for one call.</summary>
    /// <param name="method">Full name of the method, for logs.</param>
    /// <param name="requestHeaders">Metadata for the method; held, not copied.</param>
    /// <param name="peer">Origin of the call.</param>
    /// <param name="timeout">Information for the method only; <paramref name="cancellationToken"/> has to enforce it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public LocalCallContext(
        string method, Metadata? requestHeaders = null, string peer = "local", TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        _requestHeaders = requestHeaders ?? [];
        _cancellationToken = cancellationToken;
        Call = new LocalCall(method, peer, timeout, _requestHeaders, cancellationToken) { Owner = this };
    }

    /// <summary>Memory per byte of a response in the caller; see <see cref="ServerCall.ResponseCopies"/>.</summary>
    public int Copies { get; init; } = 2;

    /// <summary>Credits of the connection that the call was made for; new ones when there is none.</summary>
    public ConnectionCredits Credits
    {
        get => _credits ??= new ConnectionCredits();
        init => _credits = value;
    }

    /// <summary>See <see cref="ServerCall.CommonName"/>: of the client's gRPC call that this one is part of.</summary>
    public string? CommonName { get; init; }

    /// <summary>See <see cref="ServerCall.Known"/>.</summary>
    public KnownIdentity? Known { get; init; }

    /// <summary>Action of <see cref="ServerCall.Abort"/>; none when the caller handles the response itself.</summary>
    public Action? OnAbort { get; init; }

    /// <summary>The call as services see it.</summary>
    public ServerCall Call { get; }

    /// <inheritdoc/>
    protected override string MethodCore => Call.Method;

    /// <inheritdoc/>
    protected override string HostCore => "";

    /// <inheritdoc/>
    protected override string PeerCore => Call.Peer;

    /// <inheritdoc/>
    protected override DateTime DeadlineCore => DateTime.MaxValue;

    /// <inheritdoc/>
    protected override Metadata RequestHeadersCore => _requestHeaders;

    /// <inheritdoc/>
    protected override CancellationToken CancellationTokenCore => _cancellationToken;

    /// <inheritdoc/>
    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    /// <inheritdoc/>
    protected override Status StatusCore { get; set; }

    /// <inheritdoc/>
    protected override WriteOptions? WriteOptionsCore { get; set; }

    /// <inheritdoc/>
    protected override AuthContext AuthContextCore => NoAuth;

    /// <inheritdoc/>
    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("calls of this process are not propagated");

    /// <inheritdoc/>
    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;

    private sealed class LocalCall(string method, string peer, TimeSpan? timeout, Metadata headers, CancellationToken cancellationToken) : ServerCall
    {
        public required LocalCallContext Owner { get; init; }

        public override string Method => method;

        public override string Peer => peer;

        public override string? CommonName => Owner.CommonName;

        public override KnownIdentity? Known => Owner.Known;

        public override ConnectionCredits Credits => Owner.Credits;

        public override TimeSpan? Timeout => timeout;

        public override CancellationToken CancellationToken => cancellationToken;

        public override int ResponseCopies => Owner.Copies;

        public override string? RequestHeader(string name) => headers.GetValue(name);

        public override void Abort() => Owner.OnAbort?.Invoke();
    }
}
