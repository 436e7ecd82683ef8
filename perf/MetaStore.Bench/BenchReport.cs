using System.Diagnostics;
using MetaStore.Cli.Comparing.Machine;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench;

/// <summary>Header of a report: machine, commit, command and load.</summary>
internal static class BenchReport
{
    /// <summary>Adds the header to a table.</summary>
    /// <param name="title">What was compared.</param>
    /// <param name="command">The command that produces the report.</param>
    /// <param name="load">Load of the machine before the systems started; null where it cannot be measured.</param>
    /// <param name="table">The results.</param>
    public static string Frame(string title, string command, MachineLoad? load, string table) =>
        $"""
        # {title}

        - Machine: {MachineFacts.Own()}; commit {Git("rev-parse", "--short", "HEAD")}{(Git("status", "--porcelain").Length > 0 ? " with changes" : string.Empty)}
        - Load before the start on {DateTime.UtcNow:yyyy-MM-dd}: {load?.ToString() ?? "not known"}{(load is { IsBusy: true } ? ". **The machine was busy with other work: ratios are of a busy machine, absolute figures mean little.**" : string.Empty)}
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
