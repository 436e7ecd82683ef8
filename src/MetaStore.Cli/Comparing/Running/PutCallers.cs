using System.Diagnostics;
using Grpc.Core;
using MetaStore.Client;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Callers that each keep one put in flight.</summary>
internal sealed class PutCallers
{
    /// <summary>A failed call rests before the next one, lest a member that refuses be asked without end.</summary>
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

    /// <summary>Is over when every caller has got its last answer; fails when one of them fails with what is no answer.</summary>
    public Task Ended { get; }

    /// <summary>Starts them.</summary>
    /// <param name="connections">Callers are spread over them.</param>
    /// <param name="requests">What they put.</param>
    /// <param name="tally">Where they count.</param>
    /// <param name="callers">How many.</param>
    /// <param name="putsEach">Puts of each; 0 for as many as fit in until <see cref="StopAsync"/>.</param>
    /// <param name="cancellation">Ends them, and the puts in flight.</param>
    public static PutCallers Start(
        IReadOnlyList<MetaStoreClient> connections, PutRequests requests, PutTally tally, int callers, int putsEach, CancellationToken cancellation) =>
        new(connections, requests, tally, callers, putsEach, cancellation);

    /// <summary>Lets the puts in flight end and starts none after them.</summary>
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
