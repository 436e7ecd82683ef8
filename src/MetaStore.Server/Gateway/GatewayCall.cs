using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening.Connections;
using MetaStore.Server.Observability.Traces;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MetaStore.Server.Gateway;

/// <summary>One HTTP request to the gateway, run as a call of a gRPC method.</summary>
internal sealed class GatewayCall(
    HttpContext http, ServiceMethod method, ICallGate gate, ICallObserver? observer, CallPlaces places, int maxMessageBytes, CallTraces? traces)
{
    /// <summary>A message becomes base64 in a string, a document and the text that waits for the socket: about this many times its size.</summary>
    private const int ResponseCopies = 10;

    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    /// <summary>Reads, invokes and writes; a failure becomes the error body that etcd's gateway would write.</summary>
    public async Task RunAsync()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        long arrivedAt = Stopwatch.GetTimestamp();
        Status status = CallStatuses.MethodFailed;
        observer?.OnCallStarted(method);
        try
        {
            TimeSpan? timeout = GatewayDeadline.Of(http.Request);
            if (timeout < ShortestTimer)
            {
                // The deadline has passed already.
                await ending.CancelAsync();
            }
            else if (timeout is { } bound)
            {
                ending.CancelAfter(bound);
            }

            using IDisposable place = await places.TakeAsync(ending.Token);
            await PassAsync(timeout, arrivedAt, ending.Token);
            status = Status.DefaultSuccess;
        }
        catch (RpcException failed)
        {
            status = failed.Status;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
            status = CallStatuses.Cancelled;
            return;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            status = CallStatuses.DeadlineExceeded;
        }
        finally
        {
            observer?.OnCallEnded(method, status.StatusCode, Stopwatch.GetElapsedTime(arrivedAt));
        }

        if (!status.IsOK())
        {
            await WriteFailureAsync(status);
        }
    }

    private async Task PassAsync(TimeSpan? timeout, long arrivedAt, CancellationToken ending)
    {
        var context = new LocalCallContext(
            method.Path, GatewayMetadata.Of(http.Request), PeerText.Of(http.Connection.RemoteIpAddress, http.Connection.RemotePort), timeout, ending)
        {
            Copies = ResponseCopies,
            Credits = http.Features.Get<ClientConnection>()?.Credits ?? new ConnectionCredits(),
            OnAbort = http.Abort,
        };
        context.Call.BeginSpan(traces?.Start(method, context.Call, Header(TraceParent.Header), Header(TraceParent.StateHeader)));
        StatusCode code = StatusCode.Unknown;
        try
        {
            Status refused = gate.Check(method, context.Call);
            refused = refused.IsOK() ? await gate.JudgeAsync(method, context.Call) : refused;
            if (!refused.IsOK())
            {
                observer?.OnHandled(method, context.Call, refused);
                throw new RpcException(refused);
            }

            await InvokeAsync(context, arrivedAt);
            code = StatusCode.OK;
        }
        catch (RpcException failed)
        {
            code = failed.StatusCode;
            throw;
        }
        catch (OperationCanceledException)
        {
            code = StatusCode.Cancelled;
            throw;
        }
        finally
        {
            context.Call.EndSpan(code);
            context.Call.ReleaseHold();
        }
    }

    private string? Header(string name) => http.Request.Headers.TryGetValue(name, out StringValues values) ? values[0] : null;

    private async Task InvokeAsync(LocalCallContext context, long arrivedAt)
    {
        http.Response.ContentType = "application/json";
        var requests = new JsonRequestStream(http.Request.BodyReader, method.Descriptor, maxMessageBytes);
        var responses = new JsonResponseStream(http.Response);
        IMessage? request = null;
        if (!method.Descriptor.IsClientStreaming)
        {
            // An empty body is an empty message, and anything after the first value is ignored.
            request = await requests.MoveNext(context.CancellationToken) ? requests.Current : method.Descriptor.InputType.Parser.ParseFrom(ByteString.Empty);
        }

        IMessage? response;
        try
        {
            response = await method.InvokeAsync(request, requests, responses, context);
        }
        catch (RpcException failed)
        {
            Show(context.Call, request, null, failed.Status, arrivedAt);
            throw;
        }

        Show(context.Call, request, response, Status.DefaultSuccess, arrivedAt);

        var parts = new MessageParts();
        if (response is not null)
        {
            GatewayJson.Write(parts, response);
        }

        await context.Call.ReleaseWhenAsync(SendAsync(parts));
    }

    private void Show(ServerCall call, IMessage? request, IMessage? response, Status status, long arrivedAt)
    {
        if (request is not null && method.Kind == MethodType.Unary)
        {
            observer?.OnUnaryHandled(method, call, request, response, status, Stopwatch.GetElapsedTime(arrivedAt));
        }
        else
        {
            observer?.OnHandled(method, call, status);
        }
    }

    private async ValueTask SendAsync(MessageParts parts)
    {
        await parts.WriteToAsync(http.Response.BodyWriter, http.RequestAborted);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private async Task WriteFailureAsync(Status status)
    {
        if (http.Response.HasStarted)
        {
            GatewayJson.WriteErrorLine(http.Response.BodyWriter, status);
        }
        else
        {
            http.Response.StatusCode = GatewayStatus.Of(status.StatusCode);
            http.Response.ContentType = "application/json";
            GatewayJson.WriteError(http.Response.BodyWriter, status);
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
