using System.Globalization;

namespace MetaStore.Cli.Comparing.Machine;

/// <summary>Times of all processors since the machine started, in clock ticks.</summary>
/// <param name="Total">Total time.</param>
/// <param name="Idle">Idle time, including waiting for disks.</param>
/// <param name="Stolen">Time in which the host of a virtual machine ran something else.</param>
internal readonly record struct ProcessorTimes(long Total, long Idle, long Stolen)
{
    private const int IdleField = 3;
    private const int WaitField = 4;
    private const int StealField = 7;
    private const int GuestField = 8;

    /// <summary>Parses /proc/stat; null when it has no line for all processors.</summary>
    /// <remarks>Fields: user nice system idle iowait irq softirq steal guest guest_nice. Guest time is counted in user time, too. Source: proc(5).</remarks>
    public static ProcessorTimes? Parse(string stat)
    {
        var line = stat.Split('\n').FirstOrDefault(line => line.StartsWith("cpu ", StringComparison.Ordinal));
        long[] fields =
        [
            .. (line ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(field => long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : 0),
        ];
        return fields.Length <= StealField ? null : new ProcessorTimes(fields.Take(GuestField).Sum(), fields[IdleField] + fields[WaitField], fields[StealField]);
    }

    /// <summary>Idle fraction since an earlier time, 0 to 1.</summary>
    public double IdleSince(ProcessorTimes earlier) => Total <= earlier.Total ? 1 : Math.Clamp((double)(Idle - earlier.Idle) / (Total - earlier.Total), 0, 1);

    /// <summary>Stolen fraction since an earlier time, 0 to 1.</summary>
    public double StolenSince(ProcessorTimes earlier) => Total <= earlier.Total ? 0 : Math.Clamp((double)(Stolen - earlier.Stolen) / (Total - earlier.Total), 0, 1);
}
