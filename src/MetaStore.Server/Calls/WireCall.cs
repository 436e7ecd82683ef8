using System.Diagnostics;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Calls.Framing;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening.Connections;
using MetaStore.Server.Listening.Pings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Calls;

/// <summary>
/// One HTTP/2 stream seen as a call. Kestrel keeps the object with its own pooled stream and hands it back for the next request there, so the
/// HttpContext and the parts around it are made once.
/// </summary>
/// <remarks>The parts stand in front of Kestrel's features, so that Grpc.AspNetCore reads, writes and is cancelled through them.</remarks>
internal sealed class WireCall : ServerCall
{
    private readonly IHttpRequestFeature _request;
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _body;
    private readonly IRequestBodyPipeFeature _bodyPipe;
    private readonly CallSettings _settings;
    private readonly ActiveCalls? _calls;
    private readonly ClientConnection? _connection;
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
        Credits = _connection?.Credits ?? new ConnectionCredits();
        _awaited = _connection is null ? null : new AwaitedBody(settings.Unread, _connection);
        _own = new CallFeatures(this, features, _messages, _lifetime, _output, settings);
    }

    /// <summary>Kestrel's features of the stream.</summary>
    public IFeatureCollection Features { get; }

    /// <summary>What Grpc.AspNetCore sees: Kestrel's features with this call's parts in front. Kept for the calls that follow on the stream.</summary>
    public HttpContext Http => _http ??= new DefaultHttpContext(_own);

    public IHttpRequestFeature Request => _request;

    /// <summary>False when too many calls are open and this one must be refused.</summary>
    public bool IsAdmitted { get; private set; }

    public override string Method => _request.Path;

    public override string Peer => Features.Get<IHttpConnectionFeature>() is { RemoteIpAddress: { } address } connection
        ? new IPEndPoint(address, connection.RemotePort).ToString()
        : "unknown";

    public override ConnectionCredits Credits { get; }

    public override TimeSpan? Timeout => _lifetime.Timeout;

    public override CancellationToken CancellationToken => _lifetime.RequestAborted;

    /// <summary>The method called, once it has begun.</summary>
    public ServiceMethod Target => _method ?? throw new InvalidOperationException("the call has not begun");

    /// <summary>Time since its arrival.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_arrived);

    /// <summary>A request has arrived, for a method or not; <see cref="End"/> ends it.</summary>
    public void Open()
    {
        _calls?.Begin();
        _connection?.Intake.OnBegun();
        IsAdmitted = _settings.Calls.TryOpen(_connection);
    }

    /// <summary>Puts the guard of bodies in front of the one that a handler of plain HTTP reads.</summary>
    public void GuardBody()
    {
        if (_awaited is not null)
        {
            Features.Set<IRequestBodyPipeFeature>(new GuardedBodyPipe(_awaited.Begin(_bodyPipe.Reader, isOneMessage: false)));
        }
    }

    /// <summary>Reads the call's own headers and makes its parts ready.</summary>
    /// <returns>OK, or what the call must be refused with.</returns>
    public Status Begin(ServiceMethod method)
    {
        _method = method;
        _arrived = Stopwatch.GetTimestamp();
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

            // Grpc.AspNetCore would end the call itself when it is over, with another text; here the method sees its token fire.
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

    /// <summary>Ends a call that no method runs for: status and text are all there is (trailers-only).</summary>
    /// <param name="status">The two.</param>
    /// <param name="http">The status of HTTP.</param>
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

    /// <summary>A unary method has answered; called before the response is written. Does nothing for streams.</summary>
    public void OnAnswer(IMessage response) => ShowHandled(response, Status.DefaultSuccess);

    /// <summary>The method has ended and its status is in the trailers: counts the call, and sends what of the response waits.</summary>
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

            ShowHandled(null, status);
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

    /// <summary>What an exception of a service method means to the client.</summary>
    public Status StatusOf(Exception exception)
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

    /// <summary>Leaves nothing of this call for the next one.</summary>
    public void End()
    {
        _calls?.End();
        if (IsAdmitted)
        {
            IsAdmitted = false;
            _settings.Calls.Close(_connection);
        }

        ReleaseHold();
        Stages = null;
        _method = null;
        _asked = null;
        _arrived = 0;
        _lifetime.End();
        _output.End();
        _own.End();
    }

    /// <summary>To the observer, once for each unary call that passed the gate.</summary>
    private void ShowHandled(IMessage? response, Status status)
    {
        if (_asked is { } request)
        {
            _asked = null;
            _settings.Observer?.OnUnaryHandled(Target, this, request, response, status, Elapsed);
        }
    }

    private void Count(StatusCode code)
    {
        if (_method is { } method)
        {
            _settings.Observer?.OnCallEnded(method, code, Elapsed);
        }
    }

    private sealed record GuardedBodyPipe(System.IO.Pipelines.PipeReader Reader) : IRequestBodyPipeFeature;
}
