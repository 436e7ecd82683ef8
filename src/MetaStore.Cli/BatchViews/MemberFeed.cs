using Grpc.Core;
using MetaStore.Client;

namespace MetaStore.Cli.BatchViews;

/// <summary>Follows one member across restarts. The state can be read at any time, from any thread.</summary>
/// <param name="name">Displayed name of the member.</param>
/// <param name="client">A client of this member only.</param>
/// <param name="interval">Refresh interval.</param>
/// <param name="time">The clock.</param>
internal sealed class MemberFeed(string name, MetaStoreClient client, TimeSpan interval, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private volatile MemberState _state = new() { Name = name };

    /// <summary>The current state.</summary>
    public MemberState State => _state;

    /// <summary>Follows the member until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await foreach (var answer in client.Batching.WatchAsync(interval, cancellation))
                {
                    _state = _state.Seen(answer, time.GetElapsedTime(began));
                }
            }
            catch (RpcException failure)
            {
                _state = _state.Lost(failure.StatusCode switch
                {
                    StatusCode.Unavailable => "does not respond",
                    StatusCode.Unimplemented => "is not a MetaStore member",
                    _ => failure.Status.Detail,
                });
            }

            await Task.Delay(interval < LongestPause ? interval : LongestPause, time, cancellation);
        }
    }
}
