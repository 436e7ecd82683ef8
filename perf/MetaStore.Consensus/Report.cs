using System.Diagnostics;
using System.Runtime.InteropServices;
using MetaStore.Testing.Processes;

namespace MetaStore.Consensus;

/// <summary>Header of a report: machine, commit, command and the load of the machine.</summary>
internal static class Report
{
    /// <summary>Load averages of the last 1, 5 and 15 minutes.</summary>
    public static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));

    public static string Frame(string title, IEnumerable<string> words, string loadBefore, string table) =>
        $"""
        # {title}

        - Machine: {Environment.ProcessorCount} cores, {Processor()}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_073_741_824.0:0} GiB, {RuntimeInformation.OSDescription}
        - Runtime: {RuntimeInformation.FrameworkDescription}; commit {Git("rev-parse", "--short", "HEAD")}{(Git("status", "--porcelain").Length > 0 ? " with changes" : string.Empty)}
        - Command: `make bench BENCH="{string.Join(' ', words.Prepend("consensus"))}"`
        - Load average (1, 5, 15 min) before: {loadBefore}, after: {LoadAverage()}. One system runs at a time.
        - Three processes of one system, TCP on loopback, election timeout 1 to 2 s. The load runs inside the leader's process and is part of its processor time.
          DotNext 6.12.0 with private memory and 16 MiB chunks; DotNextFlushed: its followers flush before they answer.

        {table}
        """ + "\n";

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";

    private static string Git(params string[] words)
    {
        using var git = Process.Start(new ProcessStartInfo("git", words) { RedirectStandardOutput = true, WorkingDirectory = Programs.SourceTree })!;
        var text = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return text;
    }
}
