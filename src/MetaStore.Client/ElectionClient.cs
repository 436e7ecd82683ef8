using System.Runtime.CompilerServices;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client.Ownership;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client;

/// <summary>Elections: one of many candidates leads and publishes a value. Thread-safe.</summary>
/// <remarks>
/// The oldest key under "name/" leads, and its value is the published one; etcdctl elect, etcd's client libraries and the servers' Election
/// service use the same keys. The remarks of <see cref="LockClient"/> about leases and fencing apply here too.
/// Calls fail with <see cref="Grpc.Core.RpcException"/>.
/// </remarks>
public sealed class ElectionClient
{
    private readonly MetaStoreClient _client;
    private readonly LockQueue _queue;

    internal ElectionClient(MetaStoreClient client)
    {
        _client = client;
        _queue = new LockQueue(client.Kv, client.Watch);
    }

    /// <summary>Waits until this candidate leads. It has a lease of its own.</summary>
    /// <param name="name">Name of the election. Keys under "name/" belong to it: store nothing of your own there.</param>
    /// <param name="value">The value to publish: normally the leader's address.</param>
    /// <param name="timeToLive">How long the leadership outlives this process: how long the others wait when it dies.</param>
    /// <param name="cancellation">Withdraws the candidate.</param>
    /// <returns>The leadership; disposing it resigns.</returns>
    /// <exception cref="LeaseLostException">No member could be reached for the whole time to live, while waiting.</exception>
    /// <exception cref="BlockedNameException">A key under "name/" has no lease: waiting for it would never end.</exception>
    public async Task<Leadership> CampaignAsync(Bytes name, Bytes value, TimeSpan timeToLive, CancellationToken cancellation = default)
    {
        var lease = await _client.Lease.HoldAsync(timeToLive, cancellation).ConfigureAwait(false);
        var place = await LockOwnership.TakeAsync(_client, name, value, lease, ownsLease: true, wait: true, cancellation).ConfigureAwait(false);
        return new Leadership(_client.Kv, place!);
    }

    /// <summary>
    /// As above, on a lease that the caller keeps. A lease that already has a key in this election publishes the new value.
    /// </summary>
    /// <inheritdoc cref="CampaignAsync(Bytes, Bytes, TimeSpan, CancellationToken)"/>
    public async Task<Leadership> CampaignAsync(Bytes name, Bytes value, HeldLease lease, CancellationToken cancellation = default)
    {
        var place = await LockOwnership.TakeAsync(_client, name, value, lease, ownsLease: false, wait: true, cancellation).ConfigureAwait(false);
        var leadership = new Leadership(_client.Kv, place!);
        if (place!.Place.Existing is { } known && known.Value != value.Content)
        {
            await leadership.ProclaimAsync(value, cancellation).ConfigureAwait(false);
        }

        return leadership;
    }

    /// <summary>The key and value of the present leader, or null.</summary>
    public async Task<KeyValue?> LeaderAsync(Bytes name, CancellationToken cancellation = default)
    {
        var first = await _queue.FirstAsync(LockQueue.PrefixOf(name), cancellation).ConfigureAwait(false);
        return first.Kvs.Count > 0 ? first.Kvs[0] : null;
    }

    /// <summary>
    /// Returns the present leader, or the first one elected, then each value it publishes and each later leader, in order.
    /// </summary>
    /// <remarks>The loss of a leader is not reported. Values that were compacted before they could be read are skipped.</remarks>
    public async IAsyncEnumerable<KeyValue> ObserveAsync(Bytes name, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var prefix = LockQueue.PrefixOf(name);
        KeyValue? last = null;
        while (true)
        {
            var first = await _queue.FirstAsync(prefix, cancellation).ConfigureAwait(false);
            if (first.Kvs.Count == 0)
            {
                await WaitForCandidateAsync(prefix, first.Header.Revision + 1, cancellation).ConfigureAwait(false);
                continue;
            }

            // The same value appears again when the watch position was compacted and the leader has published nothing new.
            if (last?.Key != first.Kvs[0].Key || last.ModRevision != first.Kvs[0].ModRevision)
            {
                last = first.Kvs[0];
                yield return last;
            }

            await foreach (var value in FollowAsync(first.Kvs[0].Key, first.Header.Revision + 1, cancellation).ConfigureAwait(false))
            {
                last = value;
                yield return value;
            }
        }
    }

    /// <summary>Every new value of a leader, until its key is deleted or the watch position is compacted.</summary>
    private async IAsyncEnumerable<KeyValue> FollowAsync(ByteString key, long revision, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new WatchCreateRequest { Key = key, StartRevision = revision };
        await foreach (var change in _client.Watch.UntilCompactedAsync(request, cancellation).ConfigureAwait(false))
        {
            if (change.Type == Event.Types.EventType.Delete)
            {
                yield break;
            }

            yield return change.Kv;
        }
    }

    private async Task WaitForCandidateAsync(ByteString prefix, long revision, CancellationToken cancellation)
    {
        var request = new WatchCreateRequest { Key = prefix, RangeEnd = KeyRange.PrefixEnd(prefix), StartRevision = revision };
        await foreach (var change in _client.Watch.UntilCompactedAsync(request, cancellation).ConfigureAwait(false))
        {
            if (change.Type == Event.Types.EventType.Put)
            {
                return;
            }
        }
    }
}
