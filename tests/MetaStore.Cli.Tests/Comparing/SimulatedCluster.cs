using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Running;
using MetaStore.Cli.Comparing.Statistics;
using MetaStore.Testing;

namespace MetaStore.Cli.Tests.Comparing;

/// <summary>A cluster with known results: each mode has a rate under each load, the machine drifts, and rounds vary.</summary>
internal sealed class SimulatedCluster(Func<string, int, double> rate, double noise = 0.02, double driftOfEachMeasurement = 0) : ICellDriver
{
    private readonly SeededNumbers _numbers = new(11);
    private double _speed = 1;

    /// <summary>Disturbances reported at the end of each block, in order; none after that.</summary>
    public Queue<string?> Disturbances { get; } = new();

    public long FailedPuts { get; init; }

    public List<string> Calls { get; } = [];

    public Task WarmUpAsync(CancellationToken cancellation)
    {
        Calls.Add("warm up");
        return Task.CompletedTask;
    }

    public async Task<string?> UnderLoadAsync(ComparisonBlock block, Func<Task> work, CancellationToken cancellation)
    {
        Calls.Add($"begin {block.Load.Callers}");
        await work();
        return Disturbances.TryDequeue(out var disturbance) ? disturbance : null;
    }

    public Task<CellSample> MeasureAsync(ComparisonCell cell, int round, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Calls.Add(cell.Mode.Name);
        _speed *= 1 + driftOfEachMeasurement;
        var scatter = Math.Exp(noise * ((_numbers.Below(2001) - 1000) / 500.0));
        var puts = (long)(rate(cell.Mode.Name, cell.Callers) * _speed * scatter);
        return Task.FromResult(new CellSample
        {
            Round = round,
            Time = TimeSpan.FromSeconds(1),
            Succeeded = puts,
            Failures = FailedPuts > 0 ? new Dictionary<string, long> { ["Unavailable: etcdserver: no leader"] = FailedPuts } : new Dictionary<string, long>(),
            P50Micros = 1e6 * cell.Callers / puts,
            P99Micros = 3e6 * cell.Callers / puts,
            Proposals = puts,
            Entries = cell.Mode == ComparedMode.Off ? puts : puts / Math.Max(1, cell.Callers / 2),
        });
    }

    /// <summary>Compares the default modes and loads.</summary>
    public async Task<Comparison> CompareAsync(ComparisonPlan? plan = null)
    {
        plan ??= Plan();
        var run = new ComparisonRun(plan, this, new NoObserver(), new FakeTimeProvider());
        await run.RunAsync(CancellationToken.None);
        return new Comparison(plan, run.Samples);
    }

    public static ComparisonPlan Plan(string modes = "dynamic", int rounds = 7) => new()
    {
        Modes = ComparedMode.ParseList(modes),
        Callers = [1, 50, 1000],
        ValueSizes = [256],
        Rounds = rounds,
        Measured = TimeSpan.FromSeconds(1),
    };

    internal sealed class NoObserver : IRunObserver
    {
        public void WarmsUp()
        {
        }

        public void Measures(ComparisonBlock block, ComparisonCell cell, int round)
        {
        }

        public void Ends(ComparisonBlock block)
        {
        }
    }
}
