using System.Diagnostics;
using System.Runtime.InteropServices;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench;

/// <summary>The frame of a report: where, with what and how it was measured.</summary>
internal static class BenchReport
{
    public static string Frame(string title, string command, string table) =>
        $"""
        # {title}

        - Machine: {Environment.ProcessorCount} cores, {Processor()}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_073_741_824.0:0} GiB, {RuntimeInformation.OSDescription}
        - Runtime: {RuntimeInformation.FrameworkDescription}; commit {Git("rev-parse", "--short", "HEAD")}{(Git("status", "--porcelain").Length > 0 ? " with changes" : string.Empty)}
        - Command: `{command}`
        - The systems and the load generator share the machine with nothing else, and only one system runs at a time. fdatasync on for all.

        {table}
        """ + "\n";

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
