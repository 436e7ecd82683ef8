using System.ComponentModel;
using System.Diagnostics;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Commands.Locks;

/// <summary>Runs a child process on metactl's own terminal.</summary>
internal static class ChildProgram
{
    /// <summary>Runs it until it exits, or kills it when the token is cancelled.</summary>
    /// <param name="program">The program and its arguments; at least one.</param>
    /// <param name="environment">Variables to add.</param>
    /// <param name="cancellation">Kills it and all its child processes; then <see cref="OperationCanceledException"/> is thrown.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="UsageException">It cannot be started.</exception>
    public static async Task<int> RunAsync(string[] program, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program[0], program[1..]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Start(start);
        try
        {
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new UsageException($"{start.FileName} did not start", ExitCodes.Error);
        }
        catch (Win32Exception failure)
        {
            throw new UsageException($"cannot run {start.FileName}: {failure.Message}", ExitCodes.Error);
        }
    }
}
