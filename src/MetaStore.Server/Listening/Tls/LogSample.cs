namespace MetaStore.Server.Listening.Tls;

/// <summary>Lets one line of a kind through per second, and counts the others. Any thread may call.</summary>
internal sealed class LogSample(TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _leftOut;
    private long? _takenAt;

    /// <summary>Whether the line may be written.</summary>
    /// <param name="leftOut">Lines that were not since the last that was.</param>
    public bool TryTake(out long leftOut)
    {
        lock (_gate)
        {
            leftOut = _leftOut;
            if (_takenAt is { } at && time.GetElapsedTime(at) < s_interval)
            {
                _leftOut++;
                return false;
            }

            _takenAt = time.GetTimestamp();
            _leftOut = 0;
            return true;
        }
    }
}
