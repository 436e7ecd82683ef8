using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Backups;

/// <summary>Runs metactl or another program and waits for its exit.</summary>
internal static class Metactl
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs metactl; fails when its exit code is not 0.</summary>
    public static Task<string> RunAsync(params string[] arguments) => RunProgramAsync(Programs.Metactl, arguments);

    /// <summary>Runs a program; fails when its exit code is not 0.</summary>
    /// <returns>Its output.</returns>
    public static async Task<string> RunProgramAsync(string program, params string[] arguments)
    {
        await using var run = ServerProcess.Start(program, arguments);
        Assert.True(await run.WaitForExitAsync(Limit) == 0, $"{program} {string.Join(' ', arguments)}: {run.Output}");
        return run.Output;
    }

    /// <summary>Path of a file that does not exist yet.</summary>
    public static string NewPath() => Path.Combine(Path.GetTempPath(), $"metastore-{Guid.NewGuid():n}.db");
}
