using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Leases;
using MetaStore.Server.Membership;

namespace MetaStore.Server.Forwarding;

/// <summary>A stream from a follower to the leader that carries the renewals of one client's stream, for as long as that leader leads.</summary>
/// <remarks>Each client's stream has one of its own: a renewal that waits for the end of its lease holds up nobody else's.</remarks>
internal sealed class ForwardedKeepAlives : IAsyncDisposable
{
    private static readonly WriteOptions Gathered = new(WriteFlags.BufferHint);

    private readonly Leadership _leadership;
    private readonly CancellationTokenSource _limit;
    private readonly AsyncDuplexStreamingCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> _call;
    private readonly TimeSpan _patience;
    private readonly CancellationToken _stop;

    /// <summary>Opens the stream.</summary>
    /// <param name="leader">A member.</param>
    /// <param name="leadership">Looked at whenever it changes: a leader that was stopped would keep the caller waiting to the end.</param>
    /// <param name="channel">To that member; not disposed here.</param>
    /// <param name="patience">For the answers to a batch.</param>
    /// <param name="stop">Ends everything.</param>
    public ForwardedKeepAlives(ulong leader, Leadership leadership, ChannelBase channel, TimeSpan patience, CancellationToken stop)
    {
        _leadership = leadership;
        Leader = leader;
        _patience = patience;
        _stop = stop;
        _limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _call = new Protocol.Etcd.Lease.LeaseClient(channel).LeaseKeepAlive(
            new CallOptions(new Metadata { { LeaseForwarder.ForwardedHeader, "1" } }, cancellationToken: _limit.Token));
    }

    /// <summary>Whom it leads to.</summary>
    public ulong Leader { get; }

    /// <summary>Nothing more can be asked over it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Has the requests behind those that are answered already answered by the leader, as far as it does.</summary>
    /// <param name="requests">In order.</param>
    /// <param name="answers">Takes the leader's answers; flushed whenever the leader takes its time.</param>
    /// <exception cref="RpcException">The leader refuses.</exception>
    public async ValueTask RenewAsync(IReadOnlyList<LeaseKeepAliveRequest> requests, KeepAliveResponses answers)
    {
        _limit.CancelAfter(_patience);
        Task asked = AskAsync(requests, answers);
        while (!asked.IsCompleted)
        {
            Task change = _leadership.NextChange;
            if (_leadership.Leader != Leader)
            {
                await _limit.CancelAsync();
                break;
            }

            await Task.WhenAny(asked, change);
        }

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
            // Given up here, or its connection broke.
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

    /// <summary>Sends one request on. Until the call has its status, a connection that breaks shows here as whatever the transport throws.</summary>
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
