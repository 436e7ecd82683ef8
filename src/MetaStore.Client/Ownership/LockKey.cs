using MetaStore.Protocol.Etcd;
using Grpc.Core;

namespace MetaStore.Client.Ownership;

/// <summary>Watches a key that is owned: reports when its lease is lost or the key is deleted.</summary>
internal sealed class LockKey : IAsyncDisposable
{
    private readonly KvClient _kv;
    private readonly WatchClient _watches;
    private readonly LockTicket _place;
    private readonly CancellationTokenSource _over;
    private readonly Task _watching;

    public LockKey(KvClient kv, WatchClient watches, LockTicket place, HeldLease lease)
    {
        _kv = kv;
        _watches = watches;
        _place = place;
        _over = CancellationTokenSource.CreateLinkedTokenSource(lease.Lost);
        Lost = _over.Token;
        _watching = WatchAsync();
    }

    /// <summary>Fires when the key is not owned any more, and when this is disposed.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Why the key could not be watched any longer; null as long as it can.</summary>
    public RpcException? Failure { get; private set; }

    /// <summary>Fires <see cref="Lost"/> and stops watching.</summary>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _over.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            var revision = _place.Header.Revision + 1;
            while (await StayUntilCompactedAsync(revision).ConfigureAwait(false))
            {
                var now = await _kv.RangeAsync(new RangeRequest { Key = _place.Key }, Lost).ConfigureAwait(false);
                if (now.Kvs.Count == 0 || now.Kvs[0].CreateRevision != _place.CreateRevision)
                {
                    break;
                }

                revision = now.Header.Revision + 1;
            }
        }
        catch (OperationCanceledException) when (Lost.IsCancellationRequested)
        {
        }
        catch (RpcException refused)
        {
            // Without a watch the deletion of the key would go unnoticed, so this counts as lost.
            Failure = refused;
        }

        await _over.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>False when the key was deleted; true when the watch position was compacted, so that it is unknown.</summary>
    private async Task<bool> StayUntilCompactedAsync(long revision)
    {
        var request = new WatchCreateRequest { Key = _place.Key, StartRevision = revision, Filters = { WatchCreateRequest.Types.FilterType.Noput } };
        await foreach (var change in _watches.UntilCompactedAsync(request, Lost).ConfigureAwait(false))
        {
            return change.Type != MetaStore.Protocol.Mvcc.Event.Types.EventType.Delete;
        }

        return true;
    }
}
