using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Statistics;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Generates load on a running cluster with the .NET client, over several connections.</summary>
/// <param name="plan">What is measured.</param>
/// <param name="members">The members whose mode is changed.</param>
/// <param name="options">Key prefix and targets.</param>
internal sealed class ClientCellDriver(ComparisonPlan plan, ComparedMembers members, LoadOptions options) : ICellDriver, IDisposable
{
    /// <summary>Time for puts in flight to finish when a measurement is cancelled.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Fraction of the space quota that may be used when a load starts.</summary>
    private const double SpaceMax = 0.8;

    private readonly Dictionary<int, PutRequests> _requests = plan.ValueSizes.ToDictionary(size => size, size => new PutRequests(options.Prefix, size, plan.Seed));
    private readonly PutTargets _targets = new(members, options.Spreads);
    private readonly PutTally _tally = new();
    private ComparedMode _mode = plan.Subject;
    private BatcherTotals _totals;
    private bool _isSteady;

    /// <summary>Current target of the puts, for reports.</summary>
    public string Target => _targets.Name;

    /// <summary>Runs the largest load in the mode of the main verdict until two consecutive seconds have similar throughput.</summary>
    public async Task WarmUpAsync(CancellationToken cancellation)
    {
        var callers = plan.Callers.Max();
        await _targets.LookAsync(cancellation);
        await members.SetAsync(plan.Subject.Change, cancellation);
        await WithCallersAsync(callers, plan.ValueSizes[0], 0, new PutTally(), async tally =>
        {
            var windows = new SteadyWindows(Settling.FirstTolerance);
            for (var window = 1; window <= Settling.FirstWindowsMax; window++)
            {
                var isSteady = windows.Add(await CountAsync(tally, Settling.FirstWindow * options.Pace, cancellation));
                if (isSteady && window >= Settling.FirstWindowsMin)
                {
                    break;
                }
            }
        }, cancellation);
    }

    public async Task<string?> UnderLoadAsync(ComparisonBlock block, Func<Task> work, CancellationToken cancellation)
    {
        await PrepareAsync(cancellation);
        var before = _targets.Leadership;
        if (plan.PutsPerCaller > 0)
        {
            await work();
        }
        else
        {
            _mode = block.Modes.First();
            await members.SetAsync(_mode.Change, cancellation);
            await WithCallersAsync(block.Load.Callers, block.Load.ValueBytes, 0, _tally, async tally =>
            {
                _isSteady = await SettleAsync(tally, _mode, cancellation);
                _totals = await members.TotalsAsync(cancellation);
                await work();
            }, cancellation);
        }

        await _targets.LookAsync(cancellation);
        return _targets.Leadership == before ? null : "there was an election meanwhile";
    }

    public async Task<CellSample> MeasureAsync(ComparisonCell cell, int round, CancellationToken cancellation)
    {
        if (plan.PutsPerCaller == 0)
        {
            var before = cell.Mode == _mode ? _totals : await SwitchAsync(cell.Mode, cancellation);
            return await SampleAsync(_tally, round, before, () => Task.Delay(plan.Measured, cancellation), cancellation);
        }

        await members.SetAsync(cell.Mode.Change, cancellation);

        // Counted puts start from rest, as new clients do.
        var tally = new PutTally();
        await WithCallersAsync(cell.Callers, cell.ValueBytes, 0, tally, async _ => _isSteady = await SettleAsync(tally, cell.Mode, cancellation), cancellation);
        return await SampleAsync(
            tally, round, await members.TotalsAsync(cancellation), () => WithCallersAsync(cell.Callers, cell.ValueBytes, plan.PutsPerCaller, tally, _ => Task.CompletedTask, cancellation), cancellation);
    }

    /// <summary>Counts are read while the mode settles, so that calls of the comparison take no measured time.</summary>
    private async Task<BatcherTotals> SwitchAsync(ComparedMode mode, CancellationToken cancellation)
    {
        _mode = mode;
        await members.SetAsync(mode.Change, cancellation);
        var totals = members.TotalsAsync(cancellation);
        await Task.WhenAll(totals, Task.Delay(mode.Settle, cancellation));
        return await totals;
    }

    public void Dispose() => _targets.Dispose();

    private async Task PrepareAsync(CancellationToken cancellation)
    {
        var status = await _targets.LookAsync(cancellation);
        if (options.Compacts)
        {
            var newest = status.Max(answer => answer.Header.Revision);
            await members.All[0].Client.Kv.CompactAsync(new CompactionRequest { Revision = newest, Physical = true }, cancellation);
        }

        var full = status.FirstOrDefault(answer => answer.DbSizeQuota > 0 && (options.Compacts ? answer.DbSizeInUse : answer.DbSize) > SpaceMax * answer.DbSizeQuota);
        if (full is not null)
        {
            throw new UsageException(
                $"a member has {full.DbSize >> 20} MiB of its {full.DbSizeQuota >> 20} MiB in use, and puts would soon be rejected: "
                + "--compact compacts the history of all keys before each load, or raise the members' quota (--quota-backend-bytes)",
                ExitCodes.Error);
        }
    }

    private async Task<CellSample> SampleAsync(PutTally tally, int round, BatcherTotals before, Func<Task> load, CancellationToken cancellation)
    {
        tally.Begin();
        await load();
        var (time, latencies, failures) = tally.End();
        _totals = await members.TotalsAsync(cancellation);
        var made = _totals - before;
        return new CellSample
        {
            Round = round,
            Time = time,
            Succeeded = latencies.Count,
            Failures = failures,
            P50Micros = latencies.Percentile(0.5),
            P99Micros = latencies.Percentile(0.99),
            Latencies = latencies,
            Proposals = made.Proposals,
            Entries = made.Entries,
            IsSteady = _isSteady,
        };
    }

    /// <summary>Runs callers during some work. They have ended when it returns, also when the work fails: nothing is written after that.</summary>
    private async Task WithCallersAsync(int callers, int valueBytes, int putsEach, PutTally tally, Func<PutTally, Task> work, CancellationToken cancellation)
    {
        using var end = new CancellationTokenSource();
        var running = PutCallers.Start(_targets.For(callers), _requests[valueBytes], tally, callers, putsEach, end.Token);
        try
        {
            await work(tally);
            await (putsEach > 0 ? running.Ended.WaitAsync(cancellation) : running.StopAsync());
        }
        catch
        {
            // A cancelled put may be executed after the keys are deleted: those in flight get time to finish.
            var stopped = running.StopAsync();
            if (await Task.WhenAny(stopped, Task.Delay(Grace, CancellationToken.None)) != stopped)
            {
                await end.CancelAsync();
            }

            await stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the relevant failure is being thrown
            throw;
        }
    }

    private static async Task<bool> SettleAsync(PutTally tally, ComparedMode mode, CancellationToken cancellation)
    {
        var shortest = mode.Settle > Settling.Shortest ? mode.Settle : Settling.Shortest;
        var windows = new SteadyWindows(Settling.Tolerance);
        for (var spent = Settling.Window; spent <= shortest + Settling.Extra; spent += Settling.Window)
        {
            var isSteady = windows.Add(await CountAsync(tally, Settling.Window, cancellation));
            if (isSteady && spent >= shortest)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<long> CountAsync(PutTally tally, TimeSpan window, CancellationToken cancellation)
    {
        var before = tally.Ended;
        await Task.Delay(window, cancellation);
        return tally.Ended - before;
    }
}
