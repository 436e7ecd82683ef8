using MetaStore.Testing.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Crashes.Tests.Matrix;

/// <summary>Converts a stopped data directory to the memory engine and back; each conversion is killed once and then repeated.</summary>
internal static class ConversionCrash
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly (string Calls, string Path, int NumberMax)[] Points =
    [
        ("pwrite,fsync,rename,unlink", "/snap/", 5),
        ("pwrite,fsync,fdatasync", "/wal/", 5),
        ("pwrite,write,fsync,rename", "identity", 4),
        ("write,fsync,fdatasync,rename,link", "/engine/", 60),
        ("unlink,rmdir", "/engine", 20),
    ];

    /// <summary>Converts both ways.</summary>
    /// <param name="dataDirectory">The directory of a member that does not run.</param>
    /// <param name="shim">Kills the conversion.</param>
    /// <param name="random">Chooses when.</param>
    /// <param name="report">Counts the kills.</param>
    /// <returns>A description of the failure; null when both conversions succeeded in the end.</returns>
    public static async Task<string?> RunAsync(string dataDirectory, FaultShim shim, Random random, CrashReport report)
    {
        foreach (var engine in (string[])["memory", "rocksdb"])
        {
            var (calls, path, numberMax) = Points[random.Next(Points.Length)];
            string[] actions = ["kill-before", "kill-half", "kill-after"];
            var rule = new FaultRule(calls, path, actions[random.Next(3)], 1 + random.Next(numberMax), Count: 1);
            shim.Reset();
            _ = await ConvertAsync(dataDirectory, engine, shim.Environment([rule], armed: true));
            if (shim.Fired.Count > 0)
            {
                report.Killed(["conversion"], atACall: true);
            }

            var (exitCode, output) = await ConvertAsync(dataDirectory, engine, FaultShim.Nothing);
            if (exitCode != 0)
            {
                return $"metactl engine convert --to {engine} ends with {exitCode} after {rule}, {string.Join(" / ", shim.Fired)}:\n{output}";
            }
        }

        return null;
    }

    private static async Task<(int ExitCode, string Output)> ConvertAsync(string dataDirectory, string engine, IReadOnlyDictionary<string, string> environment)
    {
        await using var convert = ServerProcess.Start(Programs.Metactl, ["engine", "convert", "--data-dir", dataDirectory, "--to", engine], environment);
        return (await convert.WaitForExitAsync(Limit), convert.Output);
    }
}
