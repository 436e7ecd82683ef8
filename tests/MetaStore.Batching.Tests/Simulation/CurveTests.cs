using System.Text;
using MetaStore.Batching.Policies;
using MetaStore.Batching.Settings;
using MetaStore.Testing.DataDriven;

namespace MetaStore.Batching.Tests.Simulation;

/// <summary>The curves of all policies for the traces in tests/MetaStore.Batching.Tests/Curves, stored as text.</summary>
/// <remarks>METASTORE_REWRITE=1 rewrites them; a change of a policy is reviewed as a diff.</remarks>
public sealed class CurveTests
{
    private const string Folder = "tests/MetaStore.Batching.Tests/Curves";

    /// <summary>The adaptive policies adjust every five seconds; in these traces of two seconds, every tenth of a second.</summary>
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);

    public static TheoryData<string> Scripts => [.. ScriptFile.In(Folder).Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Curves_AreAsKept(string script)
    {
        string? difference = ScriptFile.Run(ScriptFile.In(Folder).Single(path => Path.GetFileName(path) == script), Run);
        Assert.True(difference is null, difference);
    }

    internal static BatchSettings Mode(string name) => name switch
    {
        "off" => new BatchSettings { Policy = BatchPolicyKind.Off },
        "fixed" => new BatchSettings { Policy = BatchPolicyKind.Fixed, FlushWhenIdle = false },
        "classic" => new BatchSettings { FlushWhenIdle = false },
        "dynamic" => new BatchSettings(),
        "throughput" => new BatchSettings { Policy = BatchPolicyKind.Throughput, Throughput = new ThroughputPolicySettings { EvaluationInterval = _interval } },
        "target" => new BatchSettings
        {
            Policy = BatchPolicyKind.Target,
            Target = new TargetPolicySettings { EvaluationInterval = _interval, ThroughputTarget = 200_000, LatencyTarget = TimeSpan.FromMilliseconds(4) },
        },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such mode"),
    };

    private static string Run(ScriptCommand command) => command.Name switch
    {
        "steady" => Steady(command.Words[0]),
        "trace" => Trace(Mode(command.Words[0]), LoadShape.Parse(command.Options["load"]), TimeSpan.FromMilliseconds(command.Option("every", 100))),
        _ => throw new ArgumentException(command.Name),
    };

    private static string Steady(string mode)
    {
        StringBuilder text = new();
        text.AppendLine(BatchSight.Titles);
        foreach (int callers in new[] { 1, 2, 8, 50, 256, 1000 })
        {
            using BatchSimulation simulation = new(Mode(mode));
            simulation.Callers.Set(callers);
            simulation.Run(TimeSpan.FromMilliseconds(200));
            text.AppendLine(simulation.Run(TimeSpan.FromMilliseconds(200)).ToString());
        }

        return text.ToString();
    }

    private static string Trace(BatchSettings settings, IReadOnlyList<LoadShape> load, TimeSpan every)
    {
        StringBuilder text = new();
        text.AppendLine(BatchSight.Titles);
        using BatchSimulation simulation = new(settings);
        foreach (LoadShape part in load)
        {
            simulation.Callers.Set(part.From);
            simulation.Callers.Burst(part.Burst);
            int rows = (int)(part.Lasts / every);
            for (int row = 1; row <= rows; row++)
            {
                text.AppendLine(simulation.Run(every).ToString());
                simulation.Callers.Set(part.At((double)row / rows));
            }
        }

        return text.ToString();
    }
}
