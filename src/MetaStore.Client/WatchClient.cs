using System.Runtime.CompilerServices;
using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Client.Watching;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client;

/// <summary>
/// etcd's Watch service: events in order, each revision complete, no duplicates and no gaps, across reconnects. Thread-safe.
/// </summary>
/// <remarks>Source: etcd v3 API, service Watch, and its guarantees: ordered, unique, atomic per revision, resumable.</remarks>
public sealed class WatchClient
{
    private readonly EndpointBalancer _balancer;

    internal WatchClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>
    /// Watches until the caller stops. The first response confirms the watch; then follow events and, if requested, progress messages.
    /// When a member fails or loses its leader the watch continues on another one, right after what was already returned.
    /// </summary>
    /// <param name="request">What to watch; copied. The watch id is ignored: each watch has a stream of its own.</param>
    /// <param name="cancellation">Ends the watch.</param>
    /// <exception cref="WatchCompactedException">The next revision was compacted; read the present state and watch from there.</exception>
    /// <exception cref="RpcException">The server refused the watch.</exception>
    public async IAsyncEnumerable<WatchResponse> WatchAsync(
        WatchCreateRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var position = new WatchPosition(request);
        var isCreated = false;
        while (true)
        {
            using var stream = new WatchStream(_balancer, position);
            while (await stream.NextAsync(cancellation).ConfigureAwait(false) is { } response)
            {
                // The caller does not need the confirmation of a resumed watch.
                if (!response.Created || !isCreated)
                {
                    isCreated = true;
                    yield return response;
                }
            }

            await stream.PauseAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The changes of a range one by one, in order, from now on or from a revision on, until the caller stops.</summary>
    /// <param name="range">What to watch.</param>
    /// <param name="fromRevision">First revision to return; 0 for those after the watch is created.</param>
    /// <param name="withPrevious">Also return each pair as it was before its change.</param>
    /// <param name="cancellation">Ends the watch.</param>
    /// <inheritdoc cref="WatchAsync(WatchCreateRequest, CancellationToken)" path="/exception"/>
    public async IAsyncEnumerable<Event> ChangesAsync(
        KeyRange range, long fromRevision = 0, bool withPrevious = false, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var request = new WatchCreateRequest { Key = range.Key, RangeEnd = range.RangeEnd, StartRevision = fromRevision, PrevKv = withPrevious };
        await foreach (var response in WatchAsync(request, cancellation).ConfigureAwait(false))
        {
            foreach (var change in response.Events)
            {
                yield return change;
            }
        }
    }

    /// <summary>Changes one by one; ends when the watch position was compacted.</summary>
    internal async IAsyncEnumerable<Event> UntilCompactedAsync(WatchCreateRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var responses = WatchAsync(request, cancellation).GetAsyncEnumerator(cancellation);
        while (await NextAsync(responses).ConfigureAwait(false) is { } response)
        {
            foreach (var change in response.Events)
            {
                yield return change;
            }
        }
    }

    private static async Task<WatchResponse?> NextAsync(IAsyncEnumerator<WatchResponse> responses)
    {
        try
        {
            return await responses.MoveNextAsync().ConfigureAwait(false) ? responses.Current : null;
        }
        catch (WatchCompactedException)
        {
            return null;
        }
    }
}
