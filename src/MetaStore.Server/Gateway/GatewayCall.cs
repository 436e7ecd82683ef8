using Google.Protobuf;
using MetaStore.Grpc;
using MetaStore.Grpc.Server;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>One request to the gateway on its way through a gRPC method.</summary>
internal sealed class GatewayCall(HttpContext http, ServiceMethod method, ICallGate gate, int maxBodyBytes)
{
    /// <summary>A message becomes base64 in a string, a document and the text that waits for the socket: about so much for each of its bytes.</summary>
    private const int ResponseCopies = 10;

    /// <summary>Reads, invokes and writes; a failure becomes the body etcd's gateway would write.</summary>
    public async Task RunAsync()
    {
        var context = new LocalCallContext(
            method.Path, GatewayMetadata.Of(http.Request), $"{http.Connection.RemoteIpAddress}:{http.Connection.RemotePort}",
            cancellationToken: http.RequestAborted)
        {
            Copies = ResponseCopies,
            OnAbort = http.Abort,
        };
        Status status;
        try
        {
            status = gate.Check(method, context);
            status = status.IsOK ? await InvokeAsync(context) : status;
        }
        catch (RpcException failed)
        {
            status = failed.Status;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be told.
            return;
        }

        finally
        {
            context.ReleaseHold();
        }

        if (!status.IsOK)
        {
            await WriteFailureAsync(status);
        }
    }

    private async Task<Status> InvokeAsync(LocalCallContext context)
    {
        http.Response.ContentType = "application/json";
        var requests = new JsonRequestStream(http.Request.BodyReader, method.Descriptor.InputType, maxBodyBytes);
        var responses = new JsonResponseStream(http.Response);
        IMessage? request = null;
        if (!method.Descriptor.IsClientStreaming)
        {
            // An empty body stands for an empty message, and what follows the first value is not looked at.
            request = await requests.ReadAsync(http.RequestAborted) ?? GatewayJson.Parse("{}"u8, method.Descriptor.InputType);
        }

        IMessage? response = await method.InvokeAsync(request, requests, responses, context);
        if (!context.Status.IsOK)
        {
            return context.Status;
        }

        if (response is not null)
        {
            GatewayJson.Write(http.Response.BodyWriter, response);
        }

        await context.ReleaseWhenAsync(FlushAsync());
        return Status.OK;
    }

    private async ValueTask FlushAsync() => await http.Response.BodyWriter.FlushAsync(http.RequestAborted);

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

        await http.Response.BodyWriter.FlushAsync();
    }
}
