using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Calls.Framing;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening.Connections;
using MetaStore.Server.Listening.Pings;
using MetaStore.Server.Listening.Tls.Clients;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Calls;

/// <summary>
/// One HTTP/2 stream as a call. Kestrel keeps the object with its pooled stream and returns it for the next request there, so the HttpContext and
/// its parts are created once.
/// </summary>
/// <remarks>The parts override Kestrel's features, so that Grpc.AspNetCore reads, writes and is cancelled through them.</remarks>
internal sealed class WireCall : ServerCall
{
    private readonly IHttpRequestFeature _request;
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _body;
    private readonly IRequestBodyPipeFeature _bodyPipe;
    private readonly CallSettings _settings;
    private readonly ActiveCalls? _calls;
    private readonly ClientConnection? _connection;
    private readonly ClientIdentity? _certificate;
    private readonly AwaitedBody? _awaited;
    private readonly MessageBody _messages = new();
    private readonly CallLifetime _lifetime;
    private readonly CallOutput _output;
    private readonly CallFeatures _own;
    private DefaultHttpContext? _http;
    private ServiceMethod? _method;
    private IMessage? _asked;
    private long _arrived;

    public WireCall(IFeatureCollection features, CallSettings settings)
    {
        Features = features;
        _settings = settings;
        _request = features.GetRequiredFeature<IHttpRequestFeature>();
        _response = features.GetRequiredFeature<IHttpResponseFeature>();
        _body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _bodyPipe = features.GetRequiredFeature<IRequestBodyPipeFeature>();
        _lifetime = new CallLifetime(features.GetRequiredFeature<IHttpRequestLifetimeFeature>());
        _output = new CallOutput(_body, this);
        _calls = features.Get<ActiveCalls>();
        _connection = features.Get<ClientConnection>();
        _certificate = features.Get<ClientIdentity>();
        Credits = _connection?.Credits ?? new ConnectionCredits();
        _awaited = _connection is null ? null : new AwaitedBody(settings.Unread, _connection);
        _own = new CallFeatures(this, features, _messages, _lifetime, _output, settings);
    }

    /// <summary>Kestrel's features of the stream.</summary>
    public IFeatureCollection Features { get; }

    /// <summary>The HttpContext for Grpc.AspNetCore: Kestrel's features overridden by this call's parts. Kept for later calls on the stream.</summary>
    public HttpContext Http => _http ??= new DefaultHttpContext(_own);

    public IHttpRequestFeature Request => _request;

    /// <summary>False when too many calls are open and this one must be rejected.</summary>
    public bool IsAdmitted { get; private set; }

    public override string Method => _request.Path;

    public override string Peer => Features.Get<IHttpConnectionFeature>() is { } connection ? PeerText.Of(connection.RemoteIpAddress, connection.RemotePort) : PeerText.Of(null, 0);

    public override string? CommonName => _certificate?.CommonName;

    public override LastToken? LastToken => _connection?.LastToken;

    public override ConnectionCredits Credits { get; }

    public override TimeSpan? Timeout => _lifetime.Timeout;

    public override CancellationToken CancellationToken => _lifetime.RequestAborted;

    /// <summary>The method called, once the call has begun.</summary>
    public ServiceMethod Target => _method ?? throw new InvalidOperationException("the call has not begun");

    /// <summary>Time since the call arrived.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_arrived);

    /// <summary>A request has arrived, gRPC or not; <see cref="End"/> ends it.</summary>
    public void Open()
    {
        _calls?.Begin();
        _connection?.Intake.OnBegun();
        IsAdmitted = _settings.Calls.TryOpen(_connection);
    }

    /// <summary>Wraps the request body that a handler of plain HTTP reads.</summary>
    public void GuardBody()
    {
        if (_awaited is not null)
        {
            Features.Set<IRequestBodyPipeFeature>(new GuardedBodyPipe(_awaited.Begin(_bodyPipe.Reader, isOneMessage: false)));
        }
    }

    /// <summary>Reads the call's headers and prepares its parts.</summary>
    /// <returns>OK, or the status to reject the call with.</returns>
    public Status Begin(ServiceMethod method)
    {
        _method = method;
        _arrived = Stopwatch.GetTimestamp();
        BeginSpan(_settings.Traces?.Start(method, this));
        IHeaderDictionary headers = _request.Headers;
        string? encoding = headers.GrpcEncoding;
        if (!MessageEncoding.IsKnown(encoding))
        {
            return FrameErrors.UnknownEncoding(encoding!);
        }

        TimeSpan? timeout = null;
        if (headers.GrpcTimeout is [{ } text, ..])
        {
            if (!GrpcTimeout.TryParse(text, out TimeSpan parsed))
            {
                return new Status(StatusCode.Internal, $"malformed grpc-timeout: {text}");
            }

            if (parsed == TimeSpan.Zero)
            {
                return CallStatuses.DeadlineExceeded;
            }

            // Grpc.AspNetCore would end the call at its deadline with another text; instead the method sees its token cancelled.
            headers.GrpcTimeout = default;
            timeout = parsed;
        }

        bool isOneMessage = !method.IsClientStreaming;
        _messages.Begin(
            _awaited?.Begin(_bodyPipe.Reader, isOneMessage) ?? _bodyPipe.Reader, isOneMessage, MessageEncoding.IsCompressing(encoding), _settings.MaxReceiveMessageBytes);
        _lifetime.Begin(timeout, _arrived);
        _output.Begin();
        _settings.Observer?.OnCallStarted(method);
        return Status.DefaultSuccess;
    }

    /// <inheritdoc/>
    public override string? RequestHeader(string name) => _request.Headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? values[0] : null;

    /// <summary>Ends a call without running a method: the response is status and text only (trailers-only).</summary>
    /// <param name="status">Status and text.</param>
    /// <param name="http">The HTTP status.</param>
    public void Refuse(Status status, int http = StatusCodes.Status200OK)
    {
        _response.StatusCode = http;
        IHeaderDictionary target = _response.Headers;
        target.ContentType = CallStatuses.GrpcContentType;
        target.GrpcStatus = CallStatuses.TextOf(status.StatusCode);
        target.GrpcMessage = PercentEncoding.Encode(status.Detail);
        Count(status.StatusCode);
    }

    /// <summary>The request of a unary method has passed the gate.</summary>
    public void OnAsked(IMessage request) => _asked = request;

    /// <summary>A unary method has returned; called before the response is written. Does nothing for streams.</summary>
    public void OnAnswer(IMessage response) => ShowHandled(response, Status.DefaultSuccess, Elapsed);

    /// <summary>As <see cref="OnAnswer"/>, for a response without a message.</summary>
    public void OnEncodedAnswer(EncodedResponse response)
    {
        TimeSpan elapsed = Elapsed;
        ShowHandled(_settings.Observer?.LooksAtResponse(elapsed) == true ? response.Decode() : null, Status.DefaultSuccess, elapsed);
    }

    /// <summary>The method has ended and its status is in the trailers: counts the call and sends the remaining response bytes.</summary>
    public ValueTask FinishAsync()
    {
        Status status = _own.Context?.ServerCallContext.Status ?? new Status(StatusCode.Internal, "there was no context");
        if (!status.IsOK())
        {
            if (status.DebugException is { } failed && status.Detail == CallStatuses.PackageText)
            {
                status = StatusOf(failed);
                IHeaderDictionary target = _response.HasStarted ? Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers : _response.Headers;
                target.GrpcStatus = CallStatuses.TextOf(status.StatusCode);
                target.GrpcMessage = PercentEncoding.Encode(status.Detail);
            }

            ShowHandled(null, status, Elapsed);
        }

        Count(status.StatusCode);
        if (_output.HasParts || (HoldsResponse && _response.HasStarted))
        {
            return ReleaseWhenAsync(_output.SendRestAsync());
        }

        ReleaseHold();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Abort() => _lifetime.Abort();

    /// <inheritdoc/>
    public override bool TryOpenOperation() => _settings.Calls.TryOpen(_connection);

    /// <inheritdoc/>
    public override void CloseOperation() => _settings.Calls.Close(_connection);

    /// <inheritdoc/>
    public override Status StatusOf(Exception exception)
    {
        switch (exception)
        {
            case RpcException rpc:
                return rpc.Status;
            case OperationCanceledException or IOException or ConnectionAbortedException or InvalidOperationException when _lifetime.IsAborted:
                return CallStatuses.Cancelled;
            case OperationCanceledException when _lifetime.IsDeadlineOver:
                return CallStatuses.DeadlineExceeded;
            case FormatException when BinaryMetadata.Malformed(_request.Headers) is { } malformed:
                return malformed;
            default:
                _settings.Log.MethodFailed(Method, exception);
                return CallStatuses.MethodFailed;
        }
    }

    /// <summary>Clears everything of this call before the object is reused.</summary>
    public void End()
    {
        _calls?.End();
        if (IsAdmitted)
        {
            IsAdmitted = false;
            _settings.Calls.Close(_connection);
        }

        ReleaseHold();
        EndSpan(StatusCode.Unknown);
        Stages = null;
        User = null;
        _method = null;
        _asked = null;
        _arrived = 0;
        _lifetime.End();
        _output.End();
        _own.End();
    }

    /// <summary>Notifies the observer, once for each unary call that passed the gate.</summary>
    private void ShowHandled(IMessage? response, Status status, TimeSpan elapsed)
    {
        if (_asked is { } request)
        {
            _asked = null;
            _settings.Observer?.OnUnaryHandled(Target, this, request, response, status, elapsed);
        }
    }

    private void Count(StatusCode code)
    {
        if (_method is { } method)
        {
            _settings.Observer?.OnCallEnded(method, code, Elapsed);
            EndSpan(code);
        }
    }

    private sealed record GuardedBodyPipe(System.IO.Pipelines.PipeReader Reader) : IRequestBodyPipeFeature;
}
