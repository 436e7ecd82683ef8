namespace MetaStore.Batching.Admission;

/// <summary>Collects the inputs of <see cref="AdmissionLimit"/>. Guarded by the lock of the admission.</summary>
internal sealed class AdmissionLoad(TimeProvider time, Func<double> memory)
{
    /// <summary>Weight of the newest interval in the average rate.</summary>
    private const double RateWeight = 0.2;

    private long _lookedAt = time.GetTimestamp();
    private long _released;
    private long _releasedAge;

    /// <summary>Highest number of ordinary credits in use since the last check.</summary>
    public int MostHeld { get; set; }

    /// <summary>Completed proposals per second, moving average.</summary>
    public double Rate { get; private set; }

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
    public bool TryLook(long now, TimeSpan interval, int held, out AdmissionSample sample)
    {
        TimeSpan elapsed = time.GetElapsedTime(_lookedAt, now);
        if (elapsed < interval)
        {
            sample = default;
            return false;
        }

        Rate = (RateWeight * (_released / elapsed.TotalSeconds)) + ((1 - RateWeight) * Rate);
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
