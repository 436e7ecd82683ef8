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
/// <remarks><paramref name="stopping"/> ends open streams, and so does the loss of the leader for clients that asked for one.</remarks>
internal sealed class WatchService(WatchDispatcher dispatcher, LeaderLossMonitor leaders, CancellationToken stopping) : Protocol.Etcd.Watch.WatchBase
{
    /// <summary>For a caller inside the process, who wants messages.</summary>
    public override Task Watch(IAsyncStreamReader<WatchRequest> requestStream, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context) =>
        RunAsync(requestStream, new DecodedWatchStream(responseStream), context);

    /// <summary>For the network: the bytes of events are there already, once for all watchers.</summary>
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
                Handle(requests.Current, stream);
                while (stream.Queue.IsFull && !end.IsCancellationRequested)
                {
                    await stream.HasRoom.WaitAsync();
                }
            }

            // A client that has nothing more to ask still wants its events, as in etcd: the JSON gateway's clients are all like this.
            await sending;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The status below says why.
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

    private static void Handle(WatchRequest request, WatchStream stream)
    {
        switch (request.RequestUnionCase)
        {
            case RequestCase.CreateRequest:
                stream.Create(request.CreateRequest);
                break;
            case RequestCase.CancelRequest:
                stream.Cancel(request.CancelRequest.WatchId);
                break;
            case RequestCase.ProgressRequest:
                stream.RequestProgress();
                break;
            default:
                // A request that is none is passed over, as in etcd.
                break;
        }
    }

    /// <summary>Sends until the end; when it cannot go on, nothing more is to be read either.</summary>
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
            // So has the client.
        }
        catch (SlowReaderException)
        {
            // A status would not reach a client that does not read.
            call.Abort();
        }
        finally
        {
            await end.CancelAsync();
            stream.HasRoom.Set();
        }
    }
}
