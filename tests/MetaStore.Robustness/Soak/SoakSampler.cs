using System.Diagnostics;
using System.Globalization;

namespace MetaStore.Robustness.Soak;

/// <summary>Reads what the founders use, from /proc, their metrics and their data directories.</summary>
internal sealed class SoakSampler(SoakCluster cluster, SoakPlan plan, Tally tally)
{
    private readonly List<SoakSample> _samples = [];

    /// <summary>All samples, in the order in which they were taken.</summary>
    public IReadOnlyList<SoakSample> Samples => _samples;

    /// <summary>Samples until the end. A founder that has ended is a violation and ends it.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var clock = Stopwatch.StartNew();
        while (!end.IsCancellationRequested)
        {
            foreach (SoakMember founder in cluster.Founders)
            {
                if (!founder.Process!.IsRunning)
                {
                    tally.Violate($"{founder.Name} ended with {founder.Process.ExitCode}: {founder.Process.Output}");
                    return;
                }

                _samples.Add(await ReadAsync(http, founder, clock.Elapsed.TotalSeconds));
            }

            await Task.Delay(plan.SampleInterval, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<SoakSample> ReadAsync(HttpClient http, SoakMember member, double seconds)
    {
        string[] metrics = (await http.GetStringAsync(new Uri(member.MetricsUrl, "metrics"))).Split('\n');
        string[] status = await File.ReadAllLinesAsync($"/proc/{member.Process!.Id}/status");
        (double bytes, int files) = Measure(member.Folder);
        return new SoakSample(
            seconds, member.Name, Of(metrics, "process_resident_memory_bytes "), Of(metrics, "dotnet_total_memory_bytes "), Of(metrics, "process_open_fds "),
            Of(status, "Threads:"), bytes, files);
    }

    /// <summary>Files come and go meanwhile: a segment of the log that was just deleted is not counted.</summary>
    private static (double Bytes, int Files) Measure(string folder)
    {
        (double bytes, int files) = (0, 0);
        foreach (string path in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
        {
            var file = new FileInfo(path);
            if (file.Exists)
            {
                (bytes, files) = (bytes + file.Length, files + 1);
            }
        }

        return (bytes, files);
    }

    private static double Of(string[] lines, string name) =>
        double.Parse(lines.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim(), CultureInfo.InvariantCulture);
}
