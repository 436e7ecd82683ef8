using MetaStore.Raft.Runtime.Node;

namespace MetaStore.Server.Forwarding;

/// <summary>Asks the leader, whether that is this member or another one, and waits out changes of leader.</summary>
/// <param name="leadership">Who leads.</param>
/// <param name="patience">Longest time until the last attempt starts.</param>
/// <param name="time">Clock of <paramref name="leadership"/>.</param>
internal sealed class LeaderForwarder(LeadershipState leadership, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Who leads.</summary>
    public LeadershipState Leadership => leadership;

    /// <summary>Asks until there is a response or the time is over.</summary>
    /// <param name="here">Asks this member, which leads in the given term.</param>
    /// <param name="there">Asks another member; the time is what is left.</param>
    /// <param name="isForwarded">The call was passed on to this member: it is not passed on again.</param>
    /// <param name="stop">Ends the call with <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The first response; without one the error of the last attempt. An attempt without a response is repeated, so it must have had no effect. An
    /// exception ends the call.
    /// </returns>
    public async ValueTask<ForwardResult<T>> AskAsync<T>(
        Func<ulong, ValueTask<ForwardResult<T>>> here, Func<ulong, TimeSpan, ValueTask<ForwardResult<T>>> there, bool isForwarded, CancellationToken stop)
        where T : class
    {
        long startedAt = time.GetTimestamp();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var result = new ForwardResult<T>(ServerError.NoLeader, null);
            ulong term = leadership.LeadingTerm;
            ulong leader = leadership.Leader;
            if (term != 0)
            {
                result = await here(term);
            }
            else if (isForwarded)
            {
                return new ForwardResult<T>(ServerError.LeaderChanged, null);
            }
            else if (leader != 0)
            {
                TimeSpan left = patience - time.GetElapsedTime(startedAt);
                result = await there(leader, left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
            }

            if (result.Response is not null || time.GetElapsedTime(startedAt) >= patience)
            {
                return result;
            }

            await leadership.WaitForChangeAsync(RetryPause, stop);
        }
    }

    /// <summary>Waits for a question to another member for as long as that member leads: a stopped one would keep the caller waiting until the timeout.</summary>
    /// <param name="leader">The member that was asked.</param>
    /// <param name="asked">Completes with its response.</param>
    /// <param name="attempt">Is cancelled when the member no longer leads.</param>
    public async Task WhileItLeadsAsync(ulong leader, Task asked, CancellationTokenSource attempt)
    {
        while (!asked.IsCompleted)
        {
            Task change = leadership.NextChange;
            if (leadership.Leader != leader)
            {
                await attempt.CancelAsync();
                return;
            }

            await Task.WhenAny(asked, change);
        }
    }

    /// <summary>The clock's time of day after <paramref name="left"/>, as gRPC wants deadlines.</summary>
    public DateTime DeadlineIn(TimeSpan left) => (time.GetUtcNow() + left).UtcDateTime;
}
