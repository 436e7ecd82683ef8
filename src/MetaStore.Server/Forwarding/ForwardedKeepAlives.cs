using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Leases;

namespace MetaStore.Server.Forwarding;

/// <summary>A stream from a follower to the leader that carries the renewals of one client stream for as long as that leader leads.</summary>
/// <remarks>Each client stream has its own: a renewal that waits for the end of its lease does not delay other clients.</remarks>
internal sealed class ForwardedKeepAlives : IAsyncDisposable
{
    private static readonly WriteOptions Gathered = new(WriteFlags.BufferHint);

    private readonly LeaderForwarder _forwarder;
    private readonly CancellationTokenSource _limit;
    private readonly AsyncDuplexStreamingCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> _call;
    private readonly TimeSpan _patience;
    private readonly CancellationToken _stop;

    /// <summary>Opens the stream.</summary>
    /// <param name="leader">The member that leads.</param>
    /// <param name="forwarder">Ends a wait when that member no longer leads.</param>
    /// <param name="channel">Channel to that member; not disposed here.</param>
    /// <param name="headers">Of the call that is passed on.</param>
    /// <param name="patience">Longest wait for the responses to a batch.</param>
    /// <param name="stop">Ends everything.</param>
    public ForwardedKeepAlives(ulong leader, LeaderForwarder forwarder, ChannelBase channel, Metadata headers, TimeSpan patience, CancellationToken stop)
    {
        _forwarder = forwarder;
        Leader = leader;
        _patience = patience;
        _stop = stop;
        _limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _call = new Protocol.Etcd.Lease.LeaseClient(channel).LeaseKeepAlive(
            new CallOptions(headers, cancellationToken: _limit.Token));
    }

    /// <summary>The member that the stream is connected to.</summary>
    public ulong Leader { get; }

    /// <summary>True when the stream has ended.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Forwards the requests that are not answered yet and collects as many of the leader's responses as arrive.</summary>
    /// <param name="requests">In order.</param>
    /// <param name="answers">Receives the leader's responses; flushed whenever the next one is not there yet.</param>
    /// <exception cref="RpcException">The leader rejected the request.</exception>
    public async ValueTask RenewAsync(IReadOnlyList<LeaseKeepAliveRequest> requests, KeepAliveResponses answers)
    {
        _limit.CancelAfter(_patience);
        Task asked = AskAsync(requests, answers);
        await _forwarder.WhileItLeadsAsync(Leader, asked, _limit);
        try
        {
            await asked;
            _limit.CancelAfter(Timeout.InfiniteTimeSpan);
        }
        catch (RpcException failed) when (failed.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            IsOver = true;
        }
        catch (Exception failed) when (failed is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.Internal })
        {
            // Cancelled here, or the connection broke.
            _stop.ThrowIfCancellationRequested();
            IsOver = true;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _call.Dispose();
        _limit.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Forwards one request. Until the call has its status, a broken connection shows here as any exception of the transport.</summary>
    private async Task WriteAsync(LeaseKeepAliveRequest request, bool isLast)
    {
        try
        {
            _call.RequestStream.WriteOptions = isLast ? null : Gathered;
            await _call.RequestStream.WriteAsync(request);
        }
        catch (Exception broken) when (broken is IOException or InvalidOperationException or HttpRequestException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the stream to the leader is broken", broken));
        }
    }

    private async Task AskAsync(IReadOnlyList<LeaseKeepAliveRequest> requests, KeepAliveResponses answers)
    {
        int first = answers.Count;
        for (int i = first; i < requests.Count; i++)
        {
            await WriteAsync(requests[i], isLast: i == requests.Count - 1);
        }

        for (int i = first; i < requests.Count; i++)
        {
            Task<bool> read = _call.ResponseStream.MoveNext(CancellationToken.None);
            if (!read.IsCompleted)
            {
                await answers.FlushAsync();
            }

            await answers.AddAsync(await read ? _call.ResponseStream.Current : throw new RpcException(new Status(StatusCode.Unavailable, "the leader ended the stream")));
        }
    }
}
