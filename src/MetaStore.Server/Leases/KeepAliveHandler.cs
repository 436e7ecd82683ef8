using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Leases;

/// <summary>Renews the leases of one LeaseKeepAlive stream: locally when this member leads, else over a stream of its own to the leader.</summary>
/// <remarks>
/// After all requests of a batch have arrived leadership is confirmed (<see cref="RecentLeadership"/>), and this member has then applied everything
/// that was acknowledged before: a lease revoked before is not renewed. Responses are in the order of the requests. Leader changes are waited for up to
/// <paramref name="patience"/>. One batch at a time; <paramref name="stop"/> ends everything with <see cref="OperationCanceledException"/>.
/// </remarks>
internal sealed class KeepAliveHandler(
    LeaseClock clock, LeaseCheckpointer checkpointer, RecentLeadership leadership, LeaderForwarder forwarder, LeaderChannels channels, TimeSpan patience,
    bool isForwarded, Func<ValueTask<Metadata>> onwardHeaders, CancellationToken stop) : IAsyncDisposable
{
    private ForwardedKeepAlives? _onward;

    /// <summary>Renews the leases in order; a TTL of 0 means that the lease does not exist.</summary>
    /// <param name="requests">At least one.</param>
    /// <param name="answers">Receives the responses, fewer than requests only when an error is returned; the caller flushes it.</param>
    /// <exception cref="RpcException">The leader rejected the request.</exception>
    public async ValueTask<ServerError> RenewAsync(IReadOnlyList<LeaseKeepAliveRequest> requests, KeepAliveResponses answers)
    {
        while (answers.Count < requests.Count)
        {
            int before = answers.Count;
            ForwardResult<KeepAliveResponses> result = await forwarder.AskAsync(
                async term => Result(await RenewHereAsync(requests, answers, term)),
                async (leader, _) => Result(await RenewThereAsync(requests, answers, leader)),
                isForwarded,
                stop);
            if (result.Response is null)
            {
                return result.Error;
            }

            // With any progress the rest of the batch has the whole time again.
            ForwardResult<KeepAliveResponses> Result(ServerError error) => new(error, answers.Count > before ? answers : null);
        }

        return ServerError.None;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _onward?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Stops after waiting for a lease that is being removed: the wait may be long, so leadership is confirmed again for the rest.</summary>
    private async ValueTask<ServerError> RenewHereAsync(IReadOnlyList<LeaseKeepAliveRequest> requests, KeepAliveResponses answers, ulong term)
    {
        ServerError error = await leadership.ConfirmAsync(term);
        if (error != ServerError.None)
        {
            return error;
        }

        while (answers.Count < requests.Count && forwarder.Leadership.LeadingTerm == term)
        {
            long id = requests[answers.Count].ID;
            Renewal renewal = clock.Renew(id, term);
            if (renewal.Outcome is RenewalOutcome.Recorded && await checkpointer.ClearAsync(id, term))
            {
                // That entry was committed in this term, so the rest of the batch relies on a newer proof of leadership than before.
                renewal = clock.Renew(id, term);
            }

            if (renewal.Outcome is RenewalOutcome.Expiring)
            {
                await answers.FlushAsync();
                await Task.WhenAny(renewal.Gone, Task.Delay(patience, stop));
                break;
            }

            if (renewal.Outcome is not (RenewalOutcome.Renewed or RenewalOutcome.Missing))
            {
                break;
            }

            await answers.AddAsync(new LeaseKeepAliveResponse { ID = id, TTL = renewal.Ttl });
        }

        return ServerError.LeaderChanged;
    }

    private async ValueTask<ServerError> RenewThereAsync(IReadOnlyList<LeaseKeepAliveRequest> requests, KeepAliveResponses answers, ulong leader)
    {
        if (_onward is { } old && (old.Leader != leader || old.IsOver))
        {
            _onward = null;
            await old.DisposeAsync();
        }

        if (_onward is null && channels.To(leader) is { } channel)
        {
            _onward = new ForwardedKeepAlives(leader, forwarder, channel, await onwardHeaders(), patience, stop);
        }

        if (_onward is not null)
        {
            await _onward.RenewAsync(requests, answers);
        }

        return ServerError.Timeout;
    }
}
