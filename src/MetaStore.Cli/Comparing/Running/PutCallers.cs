using System.Diagnostics;
using Grpc.Core;
using MetaStore.Client;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Callers that keep one put in flight each.</summary>
internal sealed class PutCallers
{
    /// <summary>Pause after a failed call, so that a member that rejects calls is not flooded.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(10);

    private readonly IReadOnlyList<MetaStoreClient> _connections;
    private readonly PutRequests _requests;
    private readonly PutTally _tally;
    private readonly int _putsEach;
    private readonly CancellationToken _cancellation;
    private volatile bool _ends;

    private PutCallers(IReadOnlyList<MetaStoreClient> connections, PutRequests requests, PutTally tally, int callers, int putsEach, CancellationToken cancellation)
    {
        (_connections, _requests, _tally, _putsEach, _cancellation) = (connections, requests, tally, putsEach, cancellation);
        Ended = Task.WhenAll(Enumerable.Range(0, callers).Select(CallAsync));
    }

    /// <summary>Completes when every caller has its last response; fails when a caller fails without one.</summary>
    public Task Ended { get; }

    /// <summary>Starts them.</summary>
    /// <param name="connections">Shared by the callers.</param>
    /// <param name="requests">The puts.</param>
    /// <param name="tally">Counts the results.</param>
    /// <param name="callers">Number of callers.</param>
    /// <param name="putsEach">Puts of each; 0 continues until <see cref="StopAsync"/>.</param>
    /// <param name="cancellation">Cancels them, and the puts in flight.</param>
    public static PutCallers Start(
        IReadOnlyList<MetaStoreClient> connections, PutRequests requests, PutTally tally, int callers, int putsEach, CancellationToken cancellation) =>
        new(connections, requests, tally, callers, putsEach, cancellation);

    /// <summary>Waits for the puts in flight and starts no more.</summary>
    public Task StopAsync()
    {
        _ends = true;
        return Ended;
    }

    private async Task CallAsync(int caller)
    {
        var kv = _connections[caller % _connections.Count].Kv;
        for (var turn = 0; !_ends && (_putsEach == 0 || turn < _putsEach); turn++)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await kv.PutAsync(_requests.Of(caller, turn), _cancellation).ConfigureAwait(false);
                _tally.Succeed(Stopwatch.GetElapsedTime(began));
            }
            catch (RpcException failure)
            {
                _tally.Fail($"{failure.StatusCode}: {failure.Status.Detail}");
                await Task.Delay(Rest, _cancellation).ConfigureAwait(false);
            }
        }
    }
}
