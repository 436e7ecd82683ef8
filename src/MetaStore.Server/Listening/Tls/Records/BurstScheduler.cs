using System.IO.Pipelines;

namespace MetaStore.Server.Listening.Tls.Records;

/// <summary>Continues the reader of a pipe on the thread that writes, except in a burst of writes: then on the pool, so that more is written until it runs.</summary>
/// <remarks>One reader. A lone response is sent by the thread that made it; of a hundred that are made one after the other, most leave together.</remarks>
/// <param name="time">Clock of the gaps.</param>
internal sealed class BurstScheduler(TimeProvider time) : PipeScheduler
{
    /// <summary>Writes that come within this time of each other are a burst. A call alone on its connection takes longer, from one response to the next.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMicroseconds(50);

    private long _last = long.MinValue / 2;

    /// <inheritdoc/>
    public override void Schedule(Action<object?> action, object? state)
    {
        var now = time.GetTimestamp();
        var isBurst = time.GetElapsedTime(_last, now) < Gap;
        _last = now;
        if (isBurst)
        {
            ThreadPool.Schedule(action, state);
        }
        else
        {
            action(state);
        }
    }
}
