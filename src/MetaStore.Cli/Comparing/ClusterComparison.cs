using MetaStore.Batching.SettingTable;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Comparing.Machine;
using MetaStore.Cli.Comparing.Progress;
using MetaStore.Cli.Comparing.Reports;
using MetaStore.Cli.Comparing.Running;
using MetaStore.Cli.Comparing.Statistics;
using MetaStore.Cli.Terminals;
using MetaStore.Client;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Comparing;

/// <summary>Runs a comparison on a running cluster; in any case the members' settings are restored and the keys deleted afterwards.</summary>
internal static class ClusterComparison
{
    private static readonly TimeSpan AfterLook = TimeSpan.FromSeconds(1);

    /// <summary>Compares.</summary>
    /// <exception cref="UsageException">It cannot start, or not without <see cref="ComparisonRequest.Force"/>.</exception>
    public static async Task<ComparisonReport> RunAsync(MetaStoreClient client, IReadOnlyList<Endpoint> endpoints, ComparisonRequest request, CancellationToken cancellation)
    {
        using var members = await ComparedMembers.OpenAsync(client, endpoints, cancellation);
        Task<(MachineLoad? Load, IReadOnlyList<string> Faults)> LookAsync() => QuietCheck.LookAsync(members, QuietCheck.Usual * request.Load.Pace, cancellation);
        var (load, faults) = request.Force ? await LookAsync() : await QuietCheck.WaitAsync(LookAsync);
        if (faults.Count > 0 && !request.Force)
        {
            throw new UsageException($"{string.Join("; ", faults)}. Measurements would say little about batching: stop the other load, or use --force, which the report mentions", ExitCodes.Error);
        }

        await ClaimedPrefix.TakeAsync(client, request.Load.Prefix, cancellation);
        ComparisonReport report;
        IReadOnlyList<string> left;
        var isDone = false;
        try
        {
            report = await MeasureAsync(members, request, load, faults, cancellation);
            isDone = true;
        }
        finally
        {
            left = await PutBackAsync(members, request.Load.Prefix);
            if (!isDone)
            {
                Terminal.Complain(left.Count == 0 ? "ended early; the members' settings are restored and the keys are deleted" : "ended early");
            }
        }

        return report with { IsRestored = left.Count == 0, Warnings = [.. report.Warnings, .. left] };
    }

    private static async Task<ComparisonReport> MeasureAsync(
        ComparedMembers members, ComparisonRequest request, MachineLoad? load, IReadOnlyList<string> faults, CancellationToken cancellation)
    {
        var (plan, began, clock) = (request.Plan, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetTimestamp());
        using var driver = new ClientCellDriver(plan, members, request.Load);
        var progress = new RunProgress(plan, TimeProvider.System);
        try
        {
            var run = new ComparisonRun(plan, driver, progress, TimeProvider.System);
            await run.RunAsync(cancellation);
            var after = await MachineLoad.MeasureAsync(AfterLook * request.Load.Pace, cancellation);
            var status = await members.StatusAsync(cancellation);
            var comparison = new Comparison(plan, run.Samples);
            return new ComparisonReport
            {
                Comparison = comparison,
                Warnings = [.. faults, .. after is { IsBusy: true } ? [$"this machine was busy with other work directly afterwards ({after})"] : (string[])[], .. run.Disturbances],
                Notes = [.. Notes(comparison, members, request, status.Max(answer => answer.Header.Revision))],
                Machine = MachineFacts.Own(),
                LoadBefore = load,
                LoadAfter = after,
                Members = [.. members.All.Select(member => member.Endpoint.ShortName)],
                Version = status[0].Version,
                Target = driver.Target,
                Began = began,
                Took = TimeProvider.System.GetElapsedTime(clock),
            };
        }
        finally
        {
            progress.Clear();
        }
    }

    /// <summary>Restores the settings first: they affect other clients.</summary>
    private static async Task<IReadOnlyList<string>> PutBackAsync(ComparedMembers members, string prefix)
    {
        var left = new List<string>(await members.RestoreAsync());
        if (await ClaimedPrefix.ReleaseAsync(members, prefix) is { } fault)
        {
            left.Add(fault);
        }

        left.ForEach(Terminal.Complain);
        return left;
    }

    private static IEnumerable<string> Notes(Comparison comparison, ComparedMembers members, ComparisonRequest request, long revision)
    {
        var (plan, before) = (request.Plan, members.All[0].Before);
        yield return SettingsInForce(before);
        if (members.All.Any(member => !SettingsInForce(member.Before).Equals(SettingsInForce(before), StringComparison.Ordinal)))
        {
            yield return "The members' own settings differ; those of the first member are shown.";
        }

        var measurements = comparison.Cells.Sum(cell => cell.Rounds.Count);
        if (comparison.Cells.Sum(cell => cell.Unsteady) is > 0 and var unsteady)
        {
            yield return $"In {unsteady} of {measurements} measurements the throughput was not steady yet when the load had started.";
        }

        if (plan.Modes.Any(mode => mode.Change.Policy is BatchPolicy.Throughput or BatchPolicy.Target))
        {
            yield return "throughput and target were evaluated every 0.2 s during the comparison, regardless of the members' settings.";
        }

        if (plan.Modes.Any(mode => mode.Change.Policy == BatchPolicy.Target) && before is { TargetThroughput: 0, TargetLatencyUs: 0 })
        {
            yield return "target: the members have no target set, so its size stayed at the initial size.";
        }

        yield return request.Load.Compacts
            ? "The history of all keys was compacted before each load (--compact)."
            : $"The puts stay in the history until it is compacted: metactl compaction {revision}";
    }

    /// <summary>The settings that the modes run with; a comparison changes none of them.</summary>
    private static string SettingsInForce(BatchSettings settings) => FormattableString.Invariant(
        $"Settings of the members: dynamic {settings.MinBatchSize} to {settings.MaxBatchSize} puts, {settings.MinTimeoutUs / 1000.0:0.###} to {settings.MaxTimeoutUs / 1000.0:0.###} ms; ")
        + FormattableString.Invariant($"fixed {settings.FixedBatchSize} puts, {settings.FixedTimeoutUs / 1000.0:0.###} ms; compression {BatchSettingTable.ByKey["compression"].Text((int)settings.Compression)}.");
}
