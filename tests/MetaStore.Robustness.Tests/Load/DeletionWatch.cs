using System.Collections.Concurrent;
using MetaStore.Client;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Robustness.Tests.Load;

/// <summary>A watch that counts how often each key of a prefix is deleted, across leader changes.</summary>
internal sealed class DeletionWatch(string prefix, MetaStoreClient client)
{
    private readonly ConcurrentDictionary<string, int> _deletions = [];
    private int _count;

    /// <summary>Deletions so far, of all keys.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Deletions by key; without keys that were never deleted.</summary>
    public IReadOnlyDictionary<string, int> Deletions => _deletions;

    /// <summary>Watches from the first revision until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var change in client.Watch.ChangesAsync(KeyRange.Prefix(prefix), fromRevision: 1, cancellation: stop))
            {
                if (change.Type == Event.Types.EventType.Delete)
                {
                    _deletions.AddOrUpdate(change.Kv.Key.ToStringUtf8(), 1, static (_, times) => times + 1);
                    Interlocked.Increment(ref _count);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The test has ended.
        }
    }
}
