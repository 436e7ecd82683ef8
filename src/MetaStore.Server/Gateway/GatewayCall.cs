using System.Diagnostics;
using Google.Protobuf;
using MetaStore.Grpc;
using MetaStore.Grpc.Server;
using MetaStore.Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>One request to the gateway on its way through a gRPC method.</summary>
internal sealed class GatewayCall(
    HttpContext http, ServiceMethod method, ICallGate gate, IGrpcServerObserver? observer, CallPlaces places, int maxMessageBytes)
{
    /// <summary>A message becomes base64 in a string, a document and the text that waits for the socket: about so much for each of its bytes.</summary>
    private const int ResponseCopies = 10;

    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    /// <summary>Reads, invokes and writes; a failure becomes the body etcd's gateway would write.</summary>
    public async Task RunAsync()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        long arrivedAt = Stopwatch.GetTimestamp();
        Status status = Status.Cancelled;
        observer?.OnCallStarted(method);
        try
        {
            TimeSpan? timeout = GatewayDeadline.Of(http.Request);
            if (timeout < ShortestTimer)
            {
                // Over before anything could be done.
                await ending.CancelAsync();
            }
            else if (timeout is { } bound)
            {
                ending.CancelAfter(bound);
            }

            using IDisposable place = await places.TakeAsync(ending.Token);
            status = await PassAsync(timeout, arrivedAt, ending.Token);
        }
        catch (RpcException failed)
        {
            status = failed.Status;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // No client is left to read an answer.
            return;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            status = new Status(StatusCode.DeadlineExceeded, "context deadline exceeded");
        }
        finally
        {
            observer?.OnCallEnded(method, status.Code, Stopwatch.GetElapsedTime(arrivedAt));
        }

        if (!status.IsOK)
        {
            await WriteFailureAsync(status);
        }
    }

    private async Task<Status> PassAsync(TimeSpan? timeout, long arrivedAt, CancellationToken ending)
    {
        var context = new LocalCallContext(
            method.Path, GatewayMetadata.Of(http.Request), $"{http.Connection.RemoteIpAddress}:{http.Connection.RemotePort}", timeout,
            cancellationToken: ending)
        {
            Copies = ResponseCopies,
            OnAbort = http.Abort,
        };
        try
        {
            Status status = gate.Check(method, context);
            return status.IsOK ? await InvokeAsync(context, arrivedAt) : status;
        }
        finally
        {
            context.ReleaseHold();
        }
    }

    private async Task<Status> InvokeAsync(LocalCallContext context, long arrivedAt)
    {
        http.Response.ContentType = "application/json";
        var requests = new JsonRequestStream(http.Request.BodyReader, method.Descriptor, maxMessageBytes);
        var responses = new JsonResponseStream(http.Response);
        IMessage? request = null;
        if (!method.Descriptor.IsClientStreaming)
        {
            // An empty body stands for an empty message, and what follows the first value is not looked at.
            request = await requests.ReadAsync(context.CancellationToken) ?? method.Descriptor.InputType.Parser.ParseFrom(ByteString.Empty);
        }

        IMessage? response = await method.InvokeAsync(request, requests, responses, context);
        if (request is not null && method.Kind == MethodKind.Unary)
        {
            observer?.OnUnaryHandled(method, context, request, context.Status.IsOK ? response : null, Stopwatch.GetElapsedTime(arrivedAt));
        }

        if (!context.Status.IsOK)
        {
            return context.Status;
        }

        var parts = new MessageParts();
        if (response is not null)
        {
            GatewayJson.Write(parts, response);
        }

        await context.ReleaseWhenAsync(SendAsync(parts));
        return Status.OK;
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
            http.Response.StatusCode = GatewayStatus.Of(status.Code);
            http.Response.ContentType = "application/json";
            GatewayJson.WriteError(http.Response.BodyWriter, status);
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
