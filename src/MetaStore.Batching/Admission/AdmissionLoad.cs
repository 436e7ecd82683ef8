namespace MetaStore.Batching.Admission;

/// <summary>Collects the inputs of <see cref="AdmissionLimit"/>. Guarded by the lock of the admission.</summary>
internal sealed class AdmissionLoad(TimeProvider time, Func<double> memory)
{
    /// <summary>Weight of the newest interval in the average rate.</summary>
    private const double RateWeight = 0.2;

    /// <summary>Assumed before anything was completed.</summary>
    private const double InitialRate = 10_000;

    /// <summary>While calls wait, the expected rate approaches a lower measured rate with this time constant: longer than an election takes.</summary>
    private static readonly TimeSpan _forgetting = TimeSpan.FromSeconds(5);

    private long _lookedAt = time.GetTimestamp();
    private long _released;
    private long _releasedAge;

    /// <summary>Highest number of ordinary credits in use since the last check.</summary>
    public int MostHeld { get; set; }

    /// <summary>Completed proposals per second, moving average.</summary>
    public double Rate { get; private set; }

    /// <summary>
    /// Proposals per second that waiting calls may count on. Rises with the rate at once and falls slowly, and only while calls wait: little load and
    /// a pause without a leader do not mean that the cluster is slow.
    /// </summary>
    public double Expected { get; private set; } = InitialRate;

    /// <summary>Fraction of the memory in use, at the last check.</summary>
    public double Memory { get; private set; }

    /// <summary>A proposal was completed.</summary>
    /// <param name="age">Timestamp units since its admission.</param>
    public void OnReleased(long age)
    {
        _released++;
        _releasedAge += age;
    }

    /// <summary>True once per interval, with a sample of the time since the last one.</summary>
    /// <param name="now">Current timestamp.</param>
    /// <param name="interval">Shortest time between two samples.</param>
    /// <param name="held">Ordinary credits in use.</param>
    /// <param name="isScarce">Whether calls wait.</param>
    /// <param name="sample">What was measured since the last sample.</param>
    public bool TryLook(long now, TimeSpan interval, int held, bool isScarce, out AdmissionSample sample)
    {
        TimeSpan elapsed = time.GetElapsedTime(_lookedAt, now);
        if (elapsed < interval)
        {
            sample = default;
            return false;
        }

        Rate = (RateWeight * (_released / elapsed.TotalSeconds)) + ((1 - RateWeight) * Rate);
        Expected = Rate >= Expected || !isScarce ? Math.Max(Rate, Expected) : Rate + ((Expected - Rate) * Math.Exp(-elapsed / _forgetting));
        Memory = memory();
        TimeSpan latency = _released == 0 ? TimeSpan.Zero : time.GetElapsedTime(0, _releasedAge / _released);
        sample = new AdmissionSample(elapsed, MostHeld, Rate, latency, Memory);
        _lookedAt = now;
        _released = 0;
        _releasedAge = 0;
        MostHeld = held;
        return true;
    }
}
