namespace MetaStore.Server.Observability.Logging;

/// <summary>Allows one line per interval and counts the others: for lines that clients or a lasting fault can cause at any rate. Thread-safe.</summary>
/// <remarks>Stricter than <see cref="LogSampling"/>, which every line passes in addition.</remarks>
/// <param name="interval">Shortest time between two lines.</param>
/// <param name="time">Clock.</param>
internal sealed class LogInterval(TimeSpan interval, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _leftOut;
    private long? _takenAt;

    /// <summary>Whether the line may be written.</summary>
    /// <param name="leftOut">Lines that were not written since the last one that was.</param>
    public bool TryTake(out long leftOut)
    {
        lock (_gate)
        {
            leftOut = _leftOut;
            if (_takenAt is { } at && time.GetElapsedTime(at) < interval)
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
