using System.Diagnostics;
using MetaStore.Cli.Comparing.Machine;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench;

/// <summary>The frame of a report: where, with what and how it was measured.</summary>
internal static class BenchReport
{
    /// <summary>Puts a table into it.</summary>
    /// <param name="title">What was compared.</param>
    /// <param name="command">What makes the same report.</param>
    /// <param name="load">How busy the machine was before the systems started; null where the system does not say.</param>
    /// <param name="table">What was measured.</param>
    public static string Frame(string title, string command, MachineLoad? load, string table) =>
        $"""
        # {title}

        - Machine: {MachineFacts.Own()}; commit {Git("rev-parse", "--short", "HEAD")}{(Git("status", "--porcelain").Length > 0 ? " with changes" : string.Empty)}
        - Load before the start on {DateTime.UtcNow:yyyy-MM-dd}: {load?.ToString() ?? "not known"}{(load is { IsBusy: true } ? ". **Something else ran on the machine: ratios are of a busy machine, figures mean little.**" : string.Empty)}
        - Command: `{command}`
        - The systems and the load generator share the machine, and only one system runs at a time. fdatasync on for all.

        {table}
        """ + "\n";

    private static string Git(params string[] words)
    {
        using var git = Process.Start(new ProcessStartInfo("git", words) { RedirectStandardOutput = true, WorkingDirectory = Programs.SourceTree })!;
        var text = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return text;
    }
}
