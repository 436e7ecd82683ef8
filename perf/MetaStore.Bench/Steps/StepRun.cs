using System.Globalization;
using MetaStore.Bench.Overload;
using MetaStore.Protocol.V1;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench.Steps;

/// <summary>One caller, then 1,000, then one again: how fast size, timeout and latency follow under the dynamic policy, with and without flush_when_idle.</summary>
internal sealed class StepRun(ProcessCluster cluster, SystemUnderLoad system, BenchOptions options, Action<string> print)
{
    private const int Many = 1000;

    /// <summary>Time alone before the step up. The step down has as long.</summary>
    private const int AloneSeconds = 4;

    private static readonly (string Name, BatchSettings Settings)[] Modes =
    [
        ("dynamic", new BatchSettings { Policy = BatchPolicy.Dynamic, FlushWhenIdle = true }),
        ("classic", new BatchSettings { Policy = BatchPolicy.Dynamic, FlushWhenIdle = false }),
    ];

    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        var cluster = ComparedSystem.MetaStore.Make();
        await using var system = new SystemUnderLoad(cluster, metaload);
        await cluster.StartAsync();
        await system.WarmUpAsync([new BenchLoad("warm-up", "put", 1000)]);
        return await new StepRun(cluster, system, options, print).RunAsync();
    }

    private async Task<string> RunAsync()
    {
        var leader = await system.LeaderAsync();
        List<string> times = ["| mode | size up, s | timeout up, s | size down, s | timeout down, s | latency down, s |", "|---|---|---|---|---|---|"];
        List<string> curves = ["| second | mode | size | timeout ms | load | puts/batch | puts/s | p50 ms |", "|---|---|---|---|---|---|---|---|"];
        foreach (var (name, settings) in Modes)
        {
            await BatchSwitch.ToAsync(cluster, settings);
            var courses = new List<StepCourse>();
            for (var round = 0; round < options.Rounds; round++)
            {
                courses.Add(await CourseAsync(leader));
                print(Row(name, [courses[^1]]));
            }

            times.Add(Row(name, courses));
            curves.AddRange(Curve(name, courses));
        }

        return $"{options.Rounds} courses of each mode. In the first table medians, and the longest in brackets; seconds of the second count from the step up, its rows are medians over half a second.\n\n"
            + $"{string.Join('\n', times)}\n\n{string.Join('\n', curves)}";
    }

    private async Task<StepCourse> CourseAsync(ClusterNode leader)
    {
        await using var one = new QuietClient(leader.ClientUrl);
        await using var recorder = new BatcherRecorder(leader.ClientUrl);
        await Task.Delay(TimeSpan.FromSeconds(AloneSeconds));
        var (json, code) = await system.MetaloadAsync(
        [
            "put", "--endpoints", leader.Endpoint, "--inflight", Text($"{Many - 1}"), "--connections", "8", "--duration", Text($"{options.Seconds}"), "--warmup", "0", "--value-size", "256", "-o", "json",
        ]);
        if (code != 0)
        {
            throw new InvalidOperationException($"calls failed or none was made, metaload ended with {code}: {json}");
        }

        await Task.Delay(TimeSpan.FromSeconds(AloneSeconds));
        return new StepCourse(await recorder.StopAsync(), one.Calls);
    }

    private IEnumerable<string> Curve(string mode, List<StepCourse> courses)
    {
        for (var second = 0.5 - (AloneSeconds / 2.0); second < options.Seconds + AloneSeconds; second += 0.5)
        {
            var points = courses.Select(course => course.At(second)).OfType<StepPoint>().ToList();
            if (points.Count > 0)
            {
                yield return Text(
                    $"| {second:0.0} | {mode} | {Of(point => point.Size):0} | {Of(point => point.TimeoutMs):0.0} | {Of(point => point.Load):0.00} | {Of(point => point.PutsPerBatch):0.0} | {Of(point => point.PutsPerSecond):0} | {Of(point => point.P50Ms):0.00} |");
            }

            double Of(Func<StepPoint, double> value) => points.Select(value).Order().ElementAt(points.Count / 2);
        }
    }

    private static string Row(string mode, List<StepCourse> courses)
    {
        Func<StepCourse, TimeSpan?>[] columns = [course => course.SizeUp, course => course.TimeoutUp, course => course.SizeDown, course => course.TimeoutDown, course => course.LatencyDown];
        return $"| {mode} | {string.Join(" | ", columns.Select(column => Cell([.. courses.Select(column)])))} |";
    }

    private static string Cell(TimeSpan?[] took)
    {
        double[] seconds = [.. took.Select(time => time?.TotalSeconds ?? double.PositiveInfinity).Order()];
        return double.IsFinite(seconds[^1]) ? Text($"{seconds[seconds.Length / 2]:0.00} ({seconds[^1]:0.00})") : Text($"not in {seconds.Count(double.IsInfinity)} of {seconds.Length}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
