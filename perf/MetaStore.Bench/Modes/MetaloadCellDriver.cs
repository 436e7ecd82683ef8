using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Running;
using MetaStore.Cli.Comparing.Statistics;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Bench.Modes;

/// <summary>Load of metaload, which costs a tenth of the .NET client's time per put and so leaves more of the machine to the members.</summary>
internal sealed class MetaloadCellDriver(SystemUnderLoad system, ComparedMembers members, int seconds, Action<string> print) : ICellDriver
{
    public Task WarmUpAsync(CancellationToken cancellation) => system.WarmUpAsync([new BenchLoad("warm-up", "put", 100)]);

    public async Task<string?> UnderLoadAsync(ComparisonBlock block, Func<Task> work, CancellationToken cancellation)
    {
        var status = await members.StatusAsync(cancellation);

        // Hours of puts would not fit into the memory of the members.
        var newest = status.Max(answer => answer.Header.Revision);
        await members.All[0].Client.Kv.CompactAsync(new CompactionRequest { Revision = newest, Physical = true }, cancellation);
        await work();
        return LeadershipOf(await members.StatusAsync(cancellation)) == LeadershipOf(status) ? null : "there was an election meanwhile";
    }

    public async Task<CellSample> MeasureAsync(ComparisonCell cell, int round, CancellationToken cancellation)
    {
        await members.SetAsync(cell.Mode.Change, cancellation);
        var before = await members.TotalsAsync(cancellation);
        var warmUp = (int)Math.Ceiling(cell.Mode.Settle.TotalSeconds);
        var run = await system.RunAsync(new BenchLoad($"put, {cell.Callers} in flight", "put", cell.Callers), seconds, warmUp);
        var made = await members.TotalsAsync(cancellation) - before;
        print($"round {round + 1}  {cell.Callers,5} in flight  {cell.Mode.Name,-10} {run.Throughput,9:0}/s  p50 {run.P50,8:0} us  p99 {run.P99,8:0} us  failed {run.Failed}");
        return new CellSample
        {
            Round = round,
            Time = TimeSpan.FromSeconds(seconds),
            Succeeded = (long)(run.Throughput * seconds),
            Failures = run.Failed > 0 ? new Dictionary<string, long> { ["failed"] = run.Failed } : new Dictionary<string, long>(),
            P50Micros = run.P50,
            P99Micros = run.P99,
            Proposals = made.Proposals,
            Entries = made.Entries,
            // The disks were measured over warm-up and measurement; the measurement is charged with its fraction.
            DiskBytes = run.DiskBytes * seconds / (seconds + warmUp),
        };
    }

    private static (ulong Leader, ulong Term) LeadershipOf(StatusResponse[] status) => (status[0].Leader, status.Max(answer => answer.RaftTerm));
}
