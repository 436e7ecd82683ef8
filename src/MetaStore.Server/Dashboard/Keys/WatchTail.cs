using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Dashboard.Pages;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard.Keys;

/// <summary>Streams changes of keys as they happen. More changes per second than can be read are counted and omitted.</summary>
internal sealed class WatchTail(OwnServices own)
{
    private const string WatchPath = "/etcdserverpb.Watch/Watch";
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>Follows the keys with a prefix until the client disconnects or <paramref name="stop"/> is cancelled.</summary>
    /// <exception cref="BadArgumentException">An argument is invalid; nothing was written.</exception>
    /// <exception cref="OperationCanceledException">The stream was ended.</exception>
    public async Task RunAsync(HttpContext http, CancellationToken stop)
    {
        var create = Create(http.Request);
        var caller = OwnServices.Caller.Of(http);
        using var lines = new LineStream(http);
        await lines.StartAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, http.RequestAborted);
        var tail = new TailLines(lines, ending.Token);
        Task ticking = TickAsync(tail, ending.Token);
        try
        {
            await own.StreamAsync(WatchPath, new OneRequest(create), tail, caller, ending.Token);
        }
        catch (RpcException failed)
        {
            await tail.EndAsync(failed.Status.Detail);
        }
        finally
        {
            await ending.CancelAsync();
            await ticking;
        }
    }

    private static WatchRequest Create(HttpRequest request)
    {
        byte[] prefix = KeyArguments.Bytes(request, "prefix");
        return new WatchRequest
        {
            CreateRequest = new WatchCreateRequest
            {
                Key = ByteString.CopyFrom(prefix.Length == 0 ? [0] : prefix),
                RangeEnd = request.Query["exact"] == "true" && prefix.Length > 0 ? ByteString.Empty : ByteString.CopyFrom(KeyArguments.EndOf(prefix)),
                StartRevision = KeyArguments.Number(request, "from"),
            },
        };
    }

    private static async Task TickAsync(TailLines tail, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Tick);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await tail.TickAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The tail has ended, or its client does not read: the stream ends with the connection.
        }
    }

    /// <summary>The only request of the stream, which then stays open.</summary>
    private sealed class OneRequest(WatchRequest request) : IAsyncStreamReader<IMessage>
    {
        private bool _given;

        public IMessage Current => request;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (_given)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return _given = true;
        }
    }
}
