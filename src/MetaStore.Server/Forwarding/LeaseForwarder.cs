using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Leases;
using MetaStore.Server.Membership;
using MetaStore.Server.Reads;
using MetaStore.StateMachine.Leases;

namespace MetaStore.Server.Forwarding;

/// <summary>Answers what only the leader knows, the time leases have left: here when this member leads, else by asking the leader.</summary>
/// <remarks>
/// Leadership is confirmed by a ReadIndex before every answer, and this member has then applied as far as the cluster had committed: a lease
/// that was revoked before is not renewed. Changes of leader are waited out within <paramref name="patience"/>. Responses have no header yet.
/// </remarks>
internal sealed class LeaseForwarder(
    LeaseClock clock, LeaseCheckpointer checkpointer, Lessor lessor, Leadership leadership, ReadDispatcher reads, LeaderChannels channels, TimeSpan patience)
{
    /// <summary>Marks a call that a member passed on, so that two that take each other for the leader do not play ball with it.</summary>
    public const string ForwardedHeader = "metastore-forwarded";

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    /// <summary>A change of leader that falls between two looks is seen after this time at the latest.</summary>
    private static readonly TimeSpan LeaderPoll = TimeSpan.FromMilliseconds(200);

    /// <summary>The renewals of one stream.</summary>
    public KeepAliveHandler KeepAliveHandler(bool isForwarded, CancellationToken stop) => new(clock, checkpointer, leadership, reads, channels, patience, isForwarded, stop);

    /// <summary>Tells what a lease has left; a TTL of -1 says that it is gone.</summary>
    public ValueTask<ForwardResult<LeaseTimeToLiveResponse>> TimeToLiveAsync(LeaseTimeToLiveRequest request, bool isForwarded, CancellationToken stop) =>
        AskAsync(
            term => TimeToLiveHere(request, term),
            (leader, options) => new Protocol.Etcd.Lease.LeaseClient(leader).LeaseTimeToLiveAsync(request, options).ResponseAsync,
            isForwarded,
            stop);

    private async ValueTask<ForwardResult<T>> AskAsync<T>(
        Func<ulong, T?> here, Func<ChannelBase, CallOptions, Task<T>> there, bool isForwarded, CancellationToken stop)
        where T : class, IMessage
    {
        long deadlineAt = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            ServerError error = ServerError.NoLeader;
            ulong term = leadership.LeadingTerm;
            ulong leader = leadership.Leader;
            if (term != 0)
            {
                error = await reads.ConfirmAsync();
                if (error == ServerError.None && leadership.LeadingTerm == term && here(term) is { } answer)
                {
                    return new ForwardResult<T>(ServerError.None, answer);
                }

                error = error == ServerError.None ? ServerError.LeaderChanged : error;
            }
            else if (isForwarded)
            {
                return new ForwardResult<T>(ServerError.LeaderChanged, null);
            }
            else if (leader != 0 && channels.To(leader) is { } channel)
            {
                TimeSpan left = TimeSpan.FromMilliseconds(Math.Max(deadlineAt - Environment.TickCount64, 1));
                if (await WhileItLeadsAsync(leader, options => there(channel, options), left, stop) is { } told)
                {
                    return new ForwardResult<T>(ServerError.None, told);
                }

                error = ServerError.Timeout;
            }

            if (Environment.TickCount64 >= deadlineAt)
            {
                return new ForwardResult<T>(error, null);
            }

            await leadership.WaitForChangeAsync(RetryPause, stop);
        }
    }

    /// <summary>Asks another member, for as long as it leads: one that was stopped would keep the caller waiting to the end.</summary>
    /// <returns>Null when it is gone or leads no longer; whoever leads next is to be asked the same.</returns>
    private async Task<T?> WhileItLeadsAsync<T>(ulong leader, Func<CallOptions, Task<T>> ask, TimeSpan left, CancellationToken stop)
        where T : class, IMessage
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<T> asked = ask(new CallOptions(new Metadata { { ForwardedHeader, "1" } }, DateTime.UtcNow + left, attempt.Token));
        while (!asked.IsCompleted && leadership.Leader == leader)
        {
            await Task.WhenAny(asked, leadership.WaitForChangeAsync(LeaderPoll, attempt.Token));
        }

        await attempt.CancelAsync();
        try
        {
            return await asked;
        }
        catch (RpcException failed) when (failed.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            return null;
        }
        catch (RpcException failed) when (failed.StatusCode is StatusCode.Cancelled or StatusCode.Internal)
        {
            // Given up here, or its connection broke.
            stop.ThrowIfCancellationRequested();
            return null;
        }
    }

    private LeaseTimeToLiveResponse? TimeToLiveHere(LeaseTimeToLiveRequest request, ulong term)
    {
        if (!lessor.TryGet(request.ID, out LeaseInfo lease))
        {
            return new LeaseTimeToLiveResponse { ID = request.ID, TTL = -1 };
        }

        if (clock.Remaining(request.ID, term) is not { } left)
        {
            return null;
        }

        var response = new LeaseTimeToLiveResponse { ID = lease.Id, TTL = (long)left.TotalSeconds, GrantedTTL = lease.Ttl };
        if (request.Keys)
        {
            response.Keys.Add(lessor.KeysOf(lease.Id).Select(ByteString.CopyFrom));
        }

        return response;
    }
}
