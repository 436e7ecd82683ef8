using Grpc.Core;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Services;

/// <summary>Reads a stream in batches of the requests that have arrived, up to <paramref name="max"/>: waits for the first, never for a second.</summary>
/// <remarks>
/// One read is always pending; <paramref name="stop"/> ends it and is cancelled by disposing: no read may outlive the call.
/// </remarks>
internal sealed class RequestBatch<T>(IAsyncStreamReader<T> stream, int max, CancellationTokenSource stop) : IAsyncDisposable
    where T : class
{
    private readonly List<T> _requests = [];
    private Task<T?>? _ahead;

    /// <summary>The batch, in the order of the stream; the next <see cref="NextAsync"/> empties it.</summary>
    public IReadOnlyList<T> Requests => _requests;

    /// <summary>Advances to the next batch.</summary>
    /// <returns>False when the client has closed its side.</returns>
    /// <exception cref="RpcException">As <see cref="IAsyncStreamReader{T}.MoveNext"/>.</exception>
    public async ValueTask<bool> NextAsync()
    {
        _requests.Clear();
        T? request = _ahead is null ? await ReadAsync() : await _ahead;
        _ahead = null;
        if (request is null)
        {
            return false;
        }

        _requests.Add(request);
        while (_requests.Count < max)
        {
            Task<T?> read = ReadAsync();
            if (read.IsCompletedSuccessfully && await read is { } next)
            {
                _requests.Add(next);
                continue;
            }

            // Not complete yet, the end, or an error: handled by the next call.
            _ahead = read;
            break;
        }

        return true;
    }

    private async Task<T?> ReadAsync() => await stream.MoveNext(stop.Token) ? stream.Current : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ahead is { } ahead)
        {
            await stop.CancelAsync();
            await ahead.ContinueWith(static read => read.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
