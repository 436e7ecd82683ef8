using Grpc.Core;
using MetaStore.Client;

namespace ReloadedConfiguration;

/// <summary>Settings from the keys under a prefix. Loading reads them all; a watch then reads them again with each change.</summary>
/// <param name="options">Of the client.</param>
/// <param name="prefix">Prefix of the keys.</param>
internal sealed class MetaStoreConfigurationProvider(MetaStoreClientOptions options, string prefix) : ConfigurationProvider, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly MetaStoreClient _client = new(options);
    private readonly CancellationTokenSource _stopping = new();
    private Task? _watching;

    /// <summary>Fails when the cluster does not answer, so that the program does not start with half of its settings.</summary>
    public override void Load()
    {
        // The configuration system has no asynchronous load. This is called once, at the start.
        var revision = ReadAsync(_stopping.Token).GetAwaiter().GetResult();
        _watching ??= WatchAsync(revision + 1);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _client.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Reads all keys.</summary>
    /// <returns>The revision they were read at.</returns>
    private async Task<long> ReadAsync(CancellationToken stop)
    {
        var range = KeyRange.Prefix(prefix);
        var answer = await _client.Kv.RangeAsync(new() { Key = range.Key, RangeEnd = range.RangeEnd }, stop).ConfigureAwait(false);
        Data = answer.Kvs.ToDictionary(
            pair => pair.Key.ToStringUtf8()[prefix.Length..].Replace("/", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal),
            pair => (string?)pair.Value.ToStringUtf8(),
            StringComparer.OrdinalIgnoreCase);
        return answer.Header.Revision;
    }

    /// <summary>Reads again after each change. While the cluster does not answer, the settings stay as they were.</summary>
    private async Task WatchAsync(long from)
    {
        var stop = _stopping.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in _client.Watch.ChangesAsync(KeyRange.Prefix(prefix), from, cancellation: stop).ConfigureAwait(false))
                {
                    if (change.Kv.ModRevision >= from)
                    {
                        from = await ReadAsync(stop).ConfigureAwait(false) + 1;
                        OnReload();
                    }
                }
            }
            catch (WatchCompactedException compacted)
            {
                from = compacted.CompactRevision;
            }
            catch (RpcException)
            {
                await Task.Delay(Pause, stop).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
