using MetaStore.LoadGen.Measuring;

namespace MetaStore.LoadGen.Load;

/// <summary>Result of a run.</summary>
/// <param name="Plan">As it was run.</param>
/// <param name="Recorder">Times and errors.</param>
/// <param name="Elapsed">Measured time.</param>
/// <param name="Cost">Of this process in that time.</param>
/// <param name="BytesSent">On all connections, warm-up included.</param>
/// <param name="BytesReceived">On all connections, warm-up included.</param>
internal sealed record LoadResult(RunPlan Plan, RunRecorder Recorder, TimeSpan Elapsed, ProcessCost Cost, long BytesSent, long BytesReceived)
{
    /// <summary>Successful calls.</summary>
    public long Succeeded => Recorder.Latency.Count;

    /// <summary>All calls.</summary>
    public long Total => Recorder.ByStatus.Values.Sum();

    /// <summary>Successful calls per second.</summary>
    public double Throughput => Succeeded / Math.Max(Elapsed.TotalSeconds, 1e-9);

    /// <summary>Processor time of this process per call, in microseconds.</summary>
    public double CpuMicrosPerCall => Total == 0 ? 0 : Cost.Cpu.TotalMicroseconds / Total;
}
