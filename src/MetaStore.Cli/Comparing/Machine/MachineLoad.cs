using System.Globalization;

namespace MetaStore.Cli.Comparing.Machine;

/// <summary>Measured load of this machine.</summary>
/// <param name="IdleShare">Idle fraction of all processors' time, 0 to 1.</param>
/// <param name="StolenShare">Fraction taken by the host of a virtual machine, 0 to 1.</param>
/// <param name="LoadAverage">Load average of the last minute, including processes that have ended.</param>
internal sealed record MachineLoad(double IdleShare, double StolenShare, double LoadAverage)
{
    private const string Stat = "/proc/stat";
    private const string Average = "/proc/loadavg";

    /// <summary>A less idle machine counts as busy with other work.</summary>
    public const double IdleMin = 0.85;

    /// <summary>True when other work runs.</summary>
    public bool IsBusy => IdleShare < IdleMin;

    /// <summary>"idle 97 %, load average 0.42".</summary>
    public override string ToString()
    {
        var stolen = StolenShare >= 0.005 ? string.Create(CultureInfo.InvariantCulture, $", {100 * StolenShare:0} % taken by the host") : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"idle {100 * IdleShare:0} %{stolen}, load average {LoadAverage:0.00}");
    }

    /// <summary>Measures for a time. Null where the system has no /proc.</summary>
    public static async Task<MachineLoad?> MeasureAsync(TimeSpan time, CancellationToken cancellation)
    {
        var before = Read();
        await Task.Delay(time, cancellation);
        return before is { } earlier && Read() is { } later ? new MachineLoad(later.IdleSince(earlier), later.StolenSince(earlier), ReadAverage()) : null;
    }

    private static ProcessorTimes? Read() => File.Exists(Stat) ? ProcessorTimes.Parse(File.ReadAllText(Stat)) : null;

    private static double ReadAverage() =>
        File.Exists(Average) && double.TryParse(File.ReadAllText(Average).Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var average) ? average : 0;
}
