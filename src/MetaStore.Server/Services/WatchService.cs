using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Watch;
using MetaStore.Server.Watch.Sending;
using RequestCase = MetaStore.Protocol.Etcd.WatchRequest.RequestUnionOneofCase;

namespace MetaStore.Server.Services;

/// <summary>etcdserverpb.Watch: reads the requests of a stream; <see cref="WatchSender"/> writes the other direction.</summary>
/// <remarks><paramref name="stopping"/> ends open streams, and so does the loss of the leader for clients that require one.</remarks>
internal sealed class WatchService(WatchDispatcher dispatcher, LeaderLossMonitor leaders, CancellationToken stopping) : Protocol.Etcd.Watch.WatchBase
{
    /// <summary>For callers inside the process, which need messages.</summary>
    public override Task Watch(IAsyncStreamReader<WatchRequest> requestStream, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context) =>
        RunAsync(requestStream, new DecodedWatchStream(responseStream), context);

    /// <summary>For network clients: events are encoded already, once for all watchers.</summary>
    public Task WatchEncoded(IAsyncStreamReader<WatchRequest> requests, IServerStreamWriter<EncodedMessage> responses, ServerCallContext context) =>
        RunAsync(requests, new EncodedResponseStream(responses, context), context);

    private async Task RunAsync(IAsyncStreamReader<WatchRequest> requests, IEncodedResponseStream output, ServerCallContext context)
    {
        ServerCall call = ServerCall.Of(context);
        CancellationToken lost = call.RequestHeader("hasleader") == "true" ? leaders.Lost : CancellationToken.None;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping, lost);
        using var stream = new WatchStream(dispatcher);
        Task sending = SendAsync(stream, output, call, end);
        try
        {
            while (await requests.MoveNext(end.Token))
            {
                if (dispatcher.Auth is { IsEnabled: true } auth)
                {
                    await auth.ArriveAsync(call);
                }

                Handle(requests.Current, stream, call);
                while (stream.Queue.IsFull && !end.IsCancellationRequested)
                {
                    await stream.HasRoom.WaitAsync();
                }
            }

            // A client that sends no further requests still receives events, as in etcd; clients of the JSON gateway are all like this.
            await sending;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The status below gives the reason.
        }
        finally
        {
            await end.CancelAsync();
            stream.Dispose();
            await sending;
        }

        if (stopping.IsCancellationRequested)
        {
            throw StatusMap.Exception(ServerError.Stopped);
        }
        else if (lost.IsCancellationRequested)
        {
            throw StatusMap.Exception(ServerError.NoLeader);
        }
        else if (context.CancellationToken.IsCancellationRequested)
        {
            throw StatusMap.Exception(ServerError.WatchCanceled);
        }
    }

    private static void Handle(WatchRequest request, WatchStream stream, ServerCall call)
    {
        switch (request.RequestUnionCase)
        {
            case RequestCase.CreateRequest:
                stream.Create(request.CreateRequest, call);
                break;
            case RequestCase.CancelRequest:
                stream.Cancel(request.CancelRequest.WatchId);
                break;
            case RequestCase.ProgressRequest:
                stream.RequestProgress();
                break;
            default:
                // A request without content is ignored, as in etcd.
                break;
        }
    }

    /// <summary>Sends until the end; when sending fails, reading stops too.</summary>
    private async Task SendAsync(WatchStream stream, IEncodedResponseStream output, ServerCall call, CancellationTokenSource end)
    {
        try
        {
            await new WatchSender(dispatcher, stream, output).RunAsync(end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reading side has ended.
        }
        catch (RpcException gone) when (gone.StatusCode == StatusCode.Cancelled)
        {
            // The client has disconnected.
        }
        catch (SlowReaderException)
        {
            // A client that does not read would not receive a status.
            call.Abort();
        }
        finally
        {
            await end.CancelAsync();
            stream.HasRoom.Set();
        }
    }
}
