using Grpc.Core;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Traffic;

/// <summary>Counts the changes of a range while it is watched.</summary>
internal sealed class TrafficWatch(MetaStoreClient client, KeyRange range, TrafficCounter counter)
{
    /// <summary>Timers take no more; longer waits have no limit.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs until it is cancelled.</summary>
    /// <inheritdoc cref="WatchClient.WatchAsync" path="/exception"/>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var request = new WatchCreateRequest { Key = range.Key, RangeEnd = range.RangeEnd };
        await foreach (var response in client.Watch.WatchAsync(request, cancellation))
        {
            foreach (var change in response.Events)
            {
                counter.Add(change);
            }

            _confirmed.TrySetResult();
        }
    }

    /// <summary>Waits until a member has confirmed the watch. Changes before that are not counted, so an interval that began earlier would show too few.</summary>
    /// <exception cref="RpcException">DeadlineExceeded: no member did in time.</exception>
    public async Task WaitUntilConfirmedAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            await _confirmed.Task.WaitAsync(timeout < LongestTimer ? timeout : Timeout.InfiniteTimeSpan, cancellation);
        }
        catch (TimeoutException)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, "context deadline exceeded: no member confirmed the watch within --command-timeout"));
        }
    }
}
