using System.Runtime.CompilerServices;
using Etcdserverpb;
using MetaStore.Client.Endpoints;
using MetaStore.Client.Watching;
using MetaStore.Grpc;

namespace MetaStore.Client;

/// <summary>etcd's Watch service: events in order, each revision whole, none twice and none left out, whatever happens to connections.</summary>
public sealed class WatchClient
{
    private readonly EndpointBalancer _balancer;

    internal WatchClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>
    /// Watches until the caller stops. The first response says that the watch is created; then come events and, if they were asked for,
    /// progress messages. When a member fails or loses its leader the watch goes on at another one, right behind what was handed out.
    /// </summary>
    /// <param name="request">What to watch; copied. A watch id means nothing here: each watch has a stream of its own.</param>
    /// <param name="cancellation">Ends the watch.</param>
    /// <exception cref="WatchCompactedException">What comes next was compacted; read the present state and watch from there.</exception>
    /// <exception cref="RpcException">The server refused the watch.</exception>
    public async IAsyncEnumerable<WatchResponse> WatchAsync(
        WatchCreateRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var position = new WatchPosition(request);
        var isCreated = false;
        while (true)
        {
            await using var stream = new WatchStream(_balancer, position, cancellation);
            while (await stream.NextAsync(cancellation).ConfigureAwait(false) is { } response)
            {
                // Of a watch that was taken up again nobody needs to know.
                if (!response.Created || !isCreated)
                {
                    isCreated = true;
                    yield return response;
                }
            }

            await stream.PauseAsync(cancellation).ConfigureAwait(false);
        }
    }
}
