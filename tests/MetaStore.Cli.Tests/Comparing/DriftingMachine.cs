using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Running;
using MetaStore.Cli.Comparing.Statistics;
using MetaStore.Testing;

namespace MetaStore.Cli.Tests.Comparing;

/// <summary>
/// A cluster on a machine whose speed varies as those of shared hosts do: a random walk of some 30 % in a minute, bursts of other work of a fraction of a second to two, and noise in each 10 ms.
/// Time is simulated.
/// </summary>
/// <param name="seed">Of everything that varies.</param>
/// <param name="truth">Rate of every mode against off.</param>
/// <param name="betweenModes">Time that changing the mode takes, besides what is measured.</param>
internal sealed class DriftingMachine(ulong seed, double truth, TimeSpan betweenModes) : ICellDriver
{
    private const double TickSeconds = 0.01;
    private const double RateOfOneCaller = 1500;
    private static readonly TimeSpan Start = TimeSpan.FromMilliseconds(350);

    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(10);

    private readonly SeededNumbers _numbers = new(seed);
    private ComparedMode? _mode;
    private double _walk;
    private int _burstTicks;
    private double _burst;

    /// <summary>The simulated time.</summary>
    public FakeTimeProvider Clock { get; } = new();

    /// <summary>Measured time of one mode in one round.</summary>
    public required TimeSpan Measured { get; init; }

    /// <summary>Compares on a new machine of this kind.</summary>
    /// <returns>The result, and the time that it took.</returns>
    public static async Task<(Comparison Comparison, TimeSpan Took)> CompareAsync(ulong seed, double truth, ComparisonPlan plan, TimeSpan betweenModes)
    {
        var machine = new DriftingMachine(seed, truth, betweenModes) { Measured = plan.Measured };
        var run = new ComparisonRun(plan with { Seed = seed }, machine, new SimulatedCluster.NoObserver(), machine.Clock);
        var began = machine.Clock.GetTimestamp();
        await run.RunAsync(CancellationToken.None);
        return (new Comparison(plan with { Seed = seed }, run.Samples), machine.Clock.GetElapsedTime(began));
    }

    public Task WarmUpAsync(CancellationToken cancellation) => Task.CompletedTask;

    public async Task<string?> UnderLoadAsync(ComparisonBlock block, Func<Task> work, CancellationToken cancellation)
    {
        Pass(Start);
        await work();
        return null;
    }

    public Task<CellSample> MeasureAsync(ComparisonCell cell, int round, CancellationToken cancellation)
    {
        Pass(cell.Mode == _mode ? BetweenRounds : betweenModes);
        _mode = cell.Mode;
        var rate = RateOfOneCaller * Math.Sqrt(cell.Callers) * (cell.Mode == ComparedMode.Off ? 1 : truth);
        var puts = (long)(rate * Pass(Measured));
        return Task.FromResult(new CellSample
        {
            Round = round, Time = Measured, Succeeded = puts, P50Micros = 1e6 * cell.Callers * Measured.TotalSeconds / puts, P99Micros = 3e6 * cell.Callers * Measured.TotalSeconds / puts,
        });
    }

    /// <summary>Lets time pass.</summary>
    /// <returns>Seconds of a machine of speed 1 that the machine's speed meanwhile is worth.</returns>
    private double Pass(TimeSpan time)
    {
        Clock.Advance(time);
        var work = 0.0;
        for (var left = time.TotalSeconds; left > 1e-9; left -= TickSeconds)
        {
            _walk = (0.9995 * _walk) + (0.006 * Normal());
            if (_burstTicks == 0 && _numbers.Below(1000) == 0)
            {
                (_burstTicks, _burst) = (10 + _numbers.Below(190), 0.3 + (_numbers.Below(500) / 1000.0));
            }

            var speed = Math.Exp(_walk + (0.25 * Normal())) * (_burstTicks > 0 ? _burst : 1);
            _burstTicks = Math.Max(0, _burstTicks - 1);
            work += speed * Math.Min(left, TickSeconds);
        }

        return work;
    }

    /// <summary>Standard normal, as the sum of twelve uniform numbers.</summary>
    private double Normal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
        {
            sum += (_numbers.Next() >> 11) * (1.0 / (1UL << 53));
        }

        return sum;
    }
}
