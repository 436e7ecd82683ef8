using System.Globalization;
using MetaStore.Cli.Comparing.Running;

namespace MetaStore.Cli.Comparing.Machine;

/// <summary>Checks that machine and cluster are idle before a comparison: other load would distort it.</summary>
internal static class QuietCheck
{
    /// <summary>Default length of the check.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(1.5);

    /// <summary>Looks until the machine is idle: members that have just started are compiling their code for some seconds.</summary>
    private const int LooksMax = 6;

    /// <summary>Repeats a look while a busy machine is all that is wrong, at most five times.</summary>
    /// <param name="look">Measures once; <see cref="LookAsync"/>.</param>
    /// <returns>The last look.</returns>
    public static async Task<(MachineLoad? Load, IReadOnlyList<string> Faults)> WaitAsync(Func<Task<(MachineLoad? Load, IReadOnlyList<string> Faults)>> look)
    {
        var last = await look();
        for (var looks = 1; looks < LooksMax && last.Load is { IsBusy: true } && last.Faults.Count == 1; looks++)
        {
            last = await look();
        }

        return last;
    }

    /// <summary>Measures both for a time.</summary>
    /// <returns>The machine's load, and one line for each thing that is not idle.</returns>
    public static async Task<(MachineLoad? Load, IReadOnlyList<string> Faults)> LookAsync(ComparedMembers members, TimeSpan time, CancellationToken cancellation)
    {
        // The first calls compile their code; that time is not load of other programs.
        await members.StatusAsync(cancellation);
        var (revision, totals) = await LookOnceAsync(members, cancellation);
        var load = await MachineLoad.MeasureAsync(time, cancellation);
        var (revisionAfter, totalsAfter) = await LookOnceAsync(members, cancellation);
        var alarms = await members.All[0].Client.Maintenance.AlarmAsync(new MetaStore.Protocol.Etcd.AlarmRequest(), cancellation);
        return (load, Faults(load, time, revisionAfter - revision, (totalsAfter - totals).Proposals, alarms.Alarms.Count));
    }

    /// <summary>What is not idle. Pure.</summary>
    public static IReadOnlyList<string> Faults(MachineLoad? load, TimeSpan time, long revisions, long proposals, int alarms)
    {
        var faults = new List<string>();
        if (load is { IsBusy: true })
        {
            faults.Add($"this machine is busy with other work ({load})");
        }

        if (revisions > 0 || proposals > 1)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"other clients write to the cluster ({Math.Max(revisions, proposals) / time.TotalSeconds:0.#} proposals a second)"));
        }

        if (alarms > 0)
        {
            faults.Add("the cluster has an alarm (metactl alarm list)");
        }

        return faults;
    }

    private static async Task<(long Revision, BatcherTotals Totals)> LookOnceAsync(ComparedMembers members, CancellationToken cancellation)
    {
        var status = await members.StatusAsync(cancellation);
        return (status.Max(answer => answer.Header.Revision), await members.TotalsAsync(cancellation));
    }
}
