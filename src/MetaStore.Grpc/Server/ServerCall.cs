using System.Diagnostics;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using MetaStore.Grpc.Server.Connections;
using MetaStore.Grpc.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Grpc.Server;

/// <summary>
/// One HTTP/2 stream seen as a call. Kestrel keeps the object with its own pooled stream and hands it back for the next
/// request there, so the feature interfaces are looked up once and a call allocates nothing here.
/// </summary>
internal sealed class ServerCall : CallContext
{
    private readonly IHttpRequestFeature _request;
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _body;
    private readonly IHttpRequestLifetimeFeature _lifetime;
    private readonly IRequestBodyPipeFeature _bodyPipe;
    private readonly ServerCallShared _shared;
    private readonly ActiveCalls? _calls;
    private readonly ClientConnection? _connection;
    private readonly AwaitedBody? _awaited;
    private ServiceMethod? _method;
    private Metadata? _requestHeaders;
    private CancellationToken? _aborted;
    private CancellationTokenSource? _deadline;
    private CancellationTokenRegistration _abortRegistration;
    private bool _deadlineArmed;
    private TimeSpan? _timeout;
    private long _arrived;

    public ServerCall(IFeatureCollection features, ServerCallShared shared)
    {
        Features = features;
        _shared = shared;
        _request = features.GetRequiredFeature<IHttpRequestFeature>();
        _response = features.GetRequiredFeature<IHttpResponseFeature>();
        _body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _lifetime = features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        _bodyPipe = features.GetRequiredFeature<IRequestBodyPipeFeature>();
        _calls = features.Get<ActiveCalls>();
        _connection = features.Get<ClientConnection>();
        _awaited = _connection is null ? null : new AwaitedBody(shared.Unread, _connection);
        Reader = new RequestReader(this);
    }

    public IFeatureCollection Features { get; }

    public IHttpRequestFeature Request => _request;

    /// <summary>False when too many calls are open and this one must be refused.</summary>
    public bool IsAdmitted { get; private set; }

    public RequestReader Reader { get; }

    public PipeWriter Output => _body.Writer;

    public override string Method => _request.Path;

    public override string Peer => Features.Get<IHttpConnectionFeature>() is { RemoteIpAddress: { } address } connection
        ? new System.Net.IPEndPoint(address, connection.RemotePort).ToString()
        : "unknown";

    public override X509Certificate2? ClientCertificate => Features.Get<ITlsConnectionFeature>()?.ClientCertificate;

    public override TimeSpan? Timeout => _timeout;

    public override Metadata RequestHeaders => _requestHeaders ??= CopyRequestHeaders();

    public override CancellationToken CancellationToken => _timeout is { } timeout ? Deadline(timeout) : Aborted;

    /// <summary>Taken once per call: asked again after a reset, Kestrel may hand out a fresh token that never fires.</summary>
    private CancellationToken Aborted => _aborted ??= _lifetime.RequestAborted;

    /// <summary>A request has arrived, for a method or not; <see cref="End"/> ends it.</summary>
    public void Open()
    {
        _calls?.Begin();
        _connection?.Intake.OnBegun();
        IsAdmitted = _shared.Calls.TryOpen(_connection);
    }

    /// <summary>Puts the guard of bodies in front of the one that a handler of plain HTTP reads.</summary>
    public void GuardBody()
    {
        if (_awaited is not null)
        {
            Features.Set<IRequestBodyPipeFeature>(new GuardedBodyPipe(_awaited.Begin(_bodyPipe.Reader, isOneMessage: false)));
        }
    }

    /// <summary>Reads the call's own headers.</summary>
    /// <returns>OK, or what the call must be refused with.</returns>
    public Status Begin(ServiceMethod method)
    {
        _method = method;
        var headers = _request.Headers;
        string? encoding = headers.GrpcEncoding;
        if (!MessageEncoding.IsKnown(encoding))
        {
            return FrameErrors.UnknownEncoding(encoding!);
        }

        string? timeoutText = headers.GrpcTimeout;
        if (timeoutText is not null || _shared.Observer is not null)
        {
            _arrived = Stopwatch.GetTimestamp();
        }

        if (timeoutText is not null)
        {
            if (!GrpcTimeout.TryParse(timeoutText, out var timeout))
            {
                return new Status(StatusCode.Internal, $"malformed grpc-timeout: {timeoutText}");
            }

            if (timeout == TimeSpan.Zero)
            {
                return Status.DeadlineExceeded;
            }

            _timeout = timeout;
        }

        var body = _awaited?.Begin(_bodyPipe.Reader, isOneMessage: !method.Descriptor.IsClientStreaming) ?? _bodyPipe.Reader;
        Reader.Begin(body, encoding, _shared.MaxReceiveMessageBytes);
        _shared.Observer?.OnCallStarted(method);
        return Status.OK;
    }

    public Status CheckGate(ServiceMethod method) => _shared.Gate?.Check(method, this) ?? Status.OK;

    public override string? RequestHeader(string name) => _request.Headers.TryGetValue(name, out var values) ? values[0] : null;

    public override ValueTask SendHeadersAsync()
    {
        if (_response.HasStarted)
        {
            return ValueTask.CompletedTask;
        }

        _response.Headers.ContentType = ServerCallShared.GrpcContentType;
        ServerMetadata.Copy(ResponseHeadersOrNull, _response.Headers);
        var started = _body.StartAsync();
        return started.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(started);
    }

    public async ValueTask<Status> WriteOnlyMessageAsync(IMessage? response)
    {
        if (response is null)
        {
            return new Status(StatusCode.Internal, "the method returned no response");
        }

        await SendHeadersAsync();
        var written = WriteAsync(response);

        // While a slow client takes the bytes, the message itself is held no longer.
        response = null;
        await written;
        return Status.OK;
    }

    /// <summary>Serializes a message; one that is large is then sent as fast as the client takes it, the others are not flushed.</summary>
    public ValueTask WriteAsync(IMessage message)
    {
        var size = message.CalculateSize();
        _shared.Observer?.OnMessageSent(_method!, size);
        if (size <= MessageParts.WholeBytes)
        {
            MessageFrame.Write(_body.Writer, message, size);
            return ValueTask.CompletedTask;
        }

        var parts = new MessageParts();
        MessageFrame.Write(parts, message, size);
        return WhileSendingAsync(SendAsync(parts));
    }

    /// <summary>A writer that only looked at the abort token could spin on an aborted connection, so the result decides.</summary>
    private async ValueTask SendAsync(MessageParts parts)
    {
        if (!await parts.WriteToAsync(_body.Writer))
        {
            throw new RpcException(Status.Cancelled);
        }
    }

    /// <summary>Writes the header of a message whose bytes the caller has; they follow into the returned writer.</summary>
    public PipeWriter BeginMessage(int length)
    {
        var writer = _body.Writer;
        MessageFrame.WriteHeader(writer.GetSpan(MessageFrame.HeaderBytes), length, compressed: false);
        writer.Advance(MessageFrame.HeaderBytes);
        _shared.Observer?.OnMessageSent(_method!, length);
        return writer;
    }

    /// <summary>The only response is there and not written yet; null when the call failed.</summary>
    public void OnHandled(IMessage request, IMessage? response)
    {
        if (_shared.Observer is { } observer && _arrived != 0)
        {
            observer.OnUnaryHandled(_method!, this, request, response, Stopwatch.GetElapsedTime(_arrived));
        }
    }

    public void CountReceived(int bytes) => _shared.Observer?.OnMessageReceived(_method!, bytes);

    /// <summary>Puts the status into the trailers, or into the headers when nothing was sent yet (trailers-only).</summary>
    public void Finish(Status status)
    {
        var target = _response.Headers;
        if (_response.HasStarted)
        {
            target = Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        }
        else
        {
            target.ContentType = ServerCallShared.GrpcContentType;
            ServerMetadata.Copy(ResponseHeadersOrNull, target);
        }

        target.GrpcStatus = StatusCodeText.Of(status.Code);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            target.GrpcMessage = PercentEncoding.Encode(status.Detail);
        }

        ServerMetadata.Copy(ResponseTrailersOrNull, target);
        if (_shared.Observer is { } observer && _method is { } method && _arrived != 0)
        {
            observer.OnCallEnded(method, status.Code, Stopwatch.GetElapsedTime(_arrived));
        }
    }

    /// <inheritdoc/>
    public override void Abort() => _lifetime.Abort();

    /// <summary>Waits until the connection has taken what was written, when something is held for that long.</summary>
    public ValueTask SendHeldAsync()
    {
        if (_response.HasStarted)
        {
            return ReleaseWhenAsync(FlushAsync());
        }

        ReleaseHold();
        return ValueTask.CompletedTask;
    }

    private async ValueTask FlushAsync() => await _body.Writer.FlushAsync();

    /// <summary>What an exception of a service method means to the client.</summary>
    public Status StatusOf(Exception exception)
    {
        switch (exception)
        {
            case RpcException rpc:
                foreach (var entry in rpc.Trailers)
                {
                    ResponseTrailers.AddUnchecked(entry);
                }

                return rpc.Status;
            case OperationCanceledException when _aborted is { IsCancellationRequested: true }:
                return Status.Cancelled;
            case OperationCanceledException when _deadlineArmed && _deadline!.IsCancellationRequested:
                return Status.DeadlineExceeded;
            default:
                _shared.Log.MethodFailed(_method?.Path ?? Method, exception);
                return ServerCallShared.MethodFailed;
        }
    }

    /// <summary>Leaves nothing of this call behind for the next one.</summary>
    public void End()
    {
        _calls?.End();
        if (IsAdmitted)
        {
            IsAdmitted = false;
            _shared.Calls.Close(_connection);
        }

        ResetResponse();
        _method = null;
        _requestHeaders = null;
        _timeout = null;
        _arrived = 0;
        _aborted = null;
        if (_deadlineArmed)
        {
            _deadlineArmed = false;
            _abortRegistration.Dispose();
            if (!_deadline!.TryReset())
            {
                _deadline.Dispose();
                _deadline = null;
            }
        }
    }

    private CancellationToken Deadline(TimeSpan timeout)
    {
        if (!_deadlineArmed)
        {
            _deadline ??= new CancellationTokenSource();
            _deadlineArmed = true;
            _abortRegistration = Aborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _deadline);
            var left = timeout - Stopwatch.GetElapsedTime(_arrived);
            _deadline.CancelAfter(left <= TimeSpan.Zero ? TimeSpan.Zero : left < ServerCallShared.LongestTimer ? left : ServerCallShared.LongestTimer);
        }

        return _deadline!.Token;
    }

    private Metadata CopyRequestHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in _request.Headers)
        {
            if (HeaderMetadata.IsReserved(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                if (!HeaderMetadata.TryAdd(metadata, name, value ?? ""))
                {
                    throw new RpcException(StatusCode.Internal, $"malformed binary metadata \"{value}\" in header \"{name}\"");
                }
            }
        }

        return metadata;
    }

    private sealed record GuardedBodyPipe(PipeReader Reader) : IRequestBodyPipeFeature;
}
