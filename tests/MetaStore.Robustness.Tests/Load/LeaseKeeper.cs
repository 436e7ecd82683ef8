using System.Collections.Concurrent;
using MetaStore.Protocol.Etcd;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Load;

/// <summary>Keeps leases alive on one LeaseKeepAlive stream, as etcd's clients do; when the stream ends, continues on the next member.</summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    /// <summary>Time without a response after which the next member is used.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReopenPause = TimeSpan.FromMilliseconds(50);

    private readonly IReadOnlyList<ClusterNode> _members;
    private readonly TimeSpan _pause;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<long> _leases = [];
    private readonly ConcurrentQueue<long> _lost = [];
    private readonly Task _keeping;
    private long _renewals;
    private int _turn;

    /// <summary>Starts to keep the leases that are added later.</summary>
    /// <param name="members">Every member.</param>
    /// <param name="first">Index of the first member to use.</param>
    /// <param name="pause">Time between two rounds, each of which renews every lease once.</param>
    public LeaseKeeper(IReadOnlyList<ClusterNode> members, int first, TimeSpan pause)
    {
        _members = members;
        _turn = first;
        _pause = pause;
        _keeping = Task.Run(KeepAsync);
    }

    /// <summary>Successful renewals.</summary>
    public long Renewals => Interlocked.Read(ref _renewals);

    /// <summary>Streams that ended before they were stopped.</summary>
    public int BrokenStreams { get; private set; }

    /// <summary>Leases that a member reported as expired.</summary>
    public IReadOnlyCollection<long> Lost => _lost;

    /// <summary>Adds a lease to keep alive from the next round on.</summary>
    public void Add(long lease) => _leases.Enqueue(lease);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        _stop.Dispose();
    }

    private async Task KeepAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var member = _members[_turn++ % _members.Count];
                using var channel = GrpcChannel.ForAddress(
                    member.ClientUrl, new GrpcChannelOptions { HttpHandler = member.Security.CreateHandler(), DisposeHttpClient = true });
                using var call = new Lease.LeaseClient(channel).LeaseKeepAlive();
                while (true)
                {
                    await RenewAllAsync(call);
                    await Task.Delay(_pause, _stop.Token);
                }
            }
            catch (Exception failure) when (failure is RpcException or OperationCanceledException or IOException)
            {
                BrokenStreams += _stop.IsCancellationRequested ? 0 : 1;
                await Task.WhenAny(Task.Delay(ReopenPause, _stop.Token));
            }
        }
    }

    /// <summary>Sends all requests without waiting in between, and reads as many responses.</summary>
    private async Task RenewAllAsync(AsyncDuplexStreamingCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call)
    {
        var leases = _leases.ToArray();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var asking = AskAsync(call, leases, limit.Token);
        try
        {
            foreach (var lease in leases)
            {
                limit.CancelAfter(AnswerLimit);
                var answer = await call.ResponseStream.NextAsync(limit.Token) ?? throw new RpcException(new Status(StatusCode.Unavailable, "the member ended the stream"));
                Assert.Equal(lease, answer.ID);
                if (answer.TTL > 0)
                {
                    Interlocked.Increment(ref _renewals);
                }
                else
                {
                    _lost.Enqueue(lease);
                }
            }
        }
        finally
        {
            await limit.CancelAsync();
            await asking;
        }
    }

    private static async Task AskAsync(AsyncDuplexStreamingCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call, long[] leases, CancellationToken stop)
    {
        try
        {
            foreach (var lease in leases)
            {
                await call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = lease }, stop);
            }
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException or IOException)
        {
            // The stream has ended; the reader gets the reason.
        }
    }
}
