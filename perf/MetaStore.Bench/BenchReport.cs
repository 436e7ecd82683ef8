using System.Diagnostics;
using System.Runtime.InteropServices;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench;

/// <summary>The frame of a report: where, with what and how it was measured.</summary>
internal static class BenchReport
{
    /// <summary>A whole report.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="command">What makes it again.</param>
    /// <param name="loadBefore">The machine's load average before anything was started; null where there is none.</param>
    /// <param name="table">The figures.</param>
    public static string Frame(string title, string command, double? loadBefore, string table) =>
        $"""
        # {title}

        - Machine: {Environment.ProcessorCount} cores, {Processor()}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_073_741_824.0:0} GiB, {RuntimeInformation.OSDescription}
        - Runtime: {RuntimeInformation.FrameworkDescription}; commit {Git("rev-parse", "--short", "HEAD")}{(Git("status", "--porcelain").Length > 0 ? " with changes" : string.Empty)}
        - Command: `{command}`
        - Load: {Load(loadBefore)}
        - The systems and the load generator share the machine, and only one system runs at a time. fdatasync on for all.

        {table}
        """ + "\n";

    /// <summary>The load average of the last minute; null where the system has none.</summary>
    public static double? LoadAverage() => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)
        : null;

    private static string Load(double? before) => before switch
    {
        null => "unknown",
        <= 0.5 => FormattableString.Invariant($"{before:0.0} before the start on {DateTime.UtcNow:yyyy-MM-dd}; nothing else was running"),
        _ => FormattableString.Invariant($"{before:0.0} before the start on {DateTime.UtcNow:yyyy-MM-dd}: a shared machine, other programs were running"),
    };

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
        : "unknown processor";

    private static string Git(params string[] words)
    {
        using var git = Process.Start(new ProcessStartInfo("git", words) { RedirectStandardOutput = true, WorkingDirectory = Programs.SourceTree })!;
        var text = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return text;
    }
}
