using Grpc.Core;
using MetaStore.Client;

namespace MetaStore.Cli.BatchViews;

/// <summary>Follows one member, also over its end and its return. The state is to be read at any time, from any thread.</summary>
/// <param name="name">How the member is named.</param>
/// <param name="client">A client of it alone.</param>
/// <param name="interval">Time between two looks.</param>
/// <param name="time">The clock.</param>
internal sealed class MemberFeed(string name, MetaStoreClient client, TimeSpan interval, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private volatile MemberState _state = new() { Name = name };

    /// <summary>What is known of it now.</summary>
    public MemberState State => _state;

    /// <summary>Follows it until the token fires.</summary>
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
                    StatusCode.Unavailable => "does not answer",
                    StatusCode.Unimplemented => "is no MetaStore",
                    _ => failure.Status.Detail,
                });
            }

            await Task.Delay(interval < LongestPause ? interval : LongestPause, time, cancellation);
        }
    }
}
