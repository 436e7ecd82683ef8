using System.Diagnostics;

namespace MetaStore.LoadGen.Measuring;

/// <summary>Resources this process has used: the load's own cost, for comparison with the measured one.</summary>
/// <param name="Cpu">User and system time of all threads.</param>
/// <param name="AllocatedBytes">Managed memory allocated.</param>
internal readonly record struct ProcessCost(TimeSpan Cpu, long AllocatedBytes)
{
    /// <summary>Up to now.</summary>
    public static ProcessCost Now()
    {
        using Process process = Process.GetCurrentProcess();
        return new ProcessCost(process.TotalProcessorTime, GC.GetTotalAllocatedBytes());
    }

    /// <summary>Between two moments.</summary>
    public static ProcessCost operator -(ProcessCost later, ProcessCost earlier) =>
        new(later.Cpu - earlier.Cpu, later.AllocatedBytes - earlier.AllocatedBytes);
}
