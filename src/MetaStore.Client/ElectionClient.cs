using System.Runtime.CompilerServices;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client.Ownership;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client;

/// <summary>Elections: one of many candidates leads and tells the others something. Thread-safe.</summary>
/// <remarks>
/// The oldest key under "name/" leads, and its value is what it proclaims; etcdctl elect, etcd's client libraries and the servers' Election
/// service make the same keys. What <see cref="LockClient"/> says about leases and fencing holds here too.
/// Calls fail with <see cref="Grpc.Core.RpcException"/>.
/// </remarks>
public sealed class ElectionClient
{
    private readonly MetaStoreClient _client;
    private readonly OwnerQueue _queue;

    internal ElectionClient(MetaStoreClient client)
    {
        _client = client;
        _queue = new OwnerQueue(client.Kv, client.Watch);
    }

    /// <summary>Waits until this candidate leads. It has a lease of its own.</summary>
    /// <param name="name">Name of the election. Keys under "name/" belong to it: store nothing of your own there.</param>
    /// <param name="value">What is proclaimed: normally where the leader is to be found.</param>
    /// <param name="timeToLive">How long the leadership outlives this process: how long the others wait when it dies.</param>
    /// <param name="cancellation">Withdraws the candidate.</param>
    /// <returns>The leadership; disposing it resigns.</returns>
    /// <exception cref="LeaseLostException">No member could be reached for the whole time to live, while waiting.</exception>
    /// <exception cref="BlockedNameException">A key under "name/" has no lease: it would be waited for without end.</exception>
    public async Task<Leadership> CampaignAsync(Bytes name, Bytes value, TimeSpan timeToLive, CancellationToken cancellation = default)
    {
        var lease = await _client.Lease.HoldAsync(timeToLive, cancellation).ConfigureAwait(false);
        var place = await OwnedPlace.TakeAsync(_client, name, value, lease, ownsLease: true, wait: true, cancellation).ConfigureAwait(false);
        return new Leadership(_client.Kv, place!);
    }

    /// <summary>As the other, on a lease that the caller keeps. A lease that has a place in this election already proclaims the new value.</summary>
    /// <inheritdoc cref="CampaignAsync(Bytes, Bytes, TimeSpan, CancellationToken)"/>
    public async Task<Leadership> CampaignAsync(Bytes name, Bytes value, HeldLease lease, CancellationToken cancellation = default)
    {
        var place = await OwnedPlace.TakeAsync(_client, name, value, lease, ownsLease: false, wait: true, cancellation).ConfigureAwait(false);
        var leadership = new Leadership(_client.Kv, place!);
        if (place!.Place.Known is { } known && known.Value != value.Content)
        {
            await leadership.ProclaimAsync(value, cancellation).ConfigureAwait(false);
        }

        return leadership;
    }

    /// <summary>The key and value of whoever leads now, or null.</summary>
    public async Task<KeyValue?> LeaderAsync(Bytes name, CancellationToken cancellation = default)
    {
        var first = await _queue.FirstAsync(OwnerQueue.PrefixOf(name), cancellation).ConfigureAwait(false);
        return first.Kvs.Count > 0 ? first.Kvs[0] : null;
    }

    /// <summary>Tells the leader of now, or the first there will be, then every value it proclaims and every leader behind it, in order.</summary>
    /// <remarks>That nobody leads is not told. What was compacted before it could be told is left out.</remarks>
    public async IAsyncEnumerable<KeyValue> ObserveAsync(Bytes name, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var prefix = OwnerQueue.PrefixOf(name);
        KeyValue? told = null;
        while (true)
        {
            var first = await _queue.FirstAsync(prefix, cancellation).ConfigureAwait(false);
            if (first.Kvs.Count == 0)
            {
                await WaitForCandidateAsync(prefix, first.Header.Revision + 1, cancellation).ConfigureAwait(false);
                continue;
            }

            // The same value again when history was compacted behind the watch and the leader has said nothing new.
            if (told?.Key != first.Kvs[0].Key || told.ModRevision != first.Kvs[0].ModRevision)
            {
                told = first.Kvs[0];
                yield return told;
            }

            await foreach (var value in FollowAsync(first.Kvs[0].Key, first.Header.Revision + 1, cancellation).ConfigureAwait(false))
            {
                told = value;
                yield return value;
            }
        }
    }

    /// <summary>Every new value of a leader, until its key goes or history is compacted behind the watch.</summary>
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
