using System.Diagnostics;
using System.Globalization;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Crashes.Tests.Matrix;

/// <summary>Repeated kill -9, at random times and during every kind of write, on the RocksDB engine; `make crash-matrix`.</summary>
public sealed class CrashMatrixTests(ITestOutputHelper output)
{
    private const int ChainRounds = 25;
    private const int InstallShare = 5;

    // Short, so that both kinds of snapshots occur: the seed decides which.
    private const int InstallChainRounds = 10;

    [SkippableFact(DisplayName = "crash matrix: after every kill -9 the member holds exactly what it must")]
    public async Task EveryKill_LeavesExactlyWhatWasPromised()
    {
        var rounds = From("METASTORE_CRASH_ROUNDS", 6);
        var seed = From("METASTORE_CRASH_SEED", 1);
        var report = new CrashReport();
        var clock = Stopwatch.StartNew();
        try
        {
            var installs = From("METASTORE_CRASH_INSTALLS", rounds / InstallShare);
            for (var left = rounds - installs; left > 0; left -= ChainRounds, seed++)
            {
                await using var chain = new CrashChain(seed, report);
                await chain.RunAsync(Math.Min(left, ChainRounds));
            }

            for (var left = installs; left > 0; left -= InstallChainRounds, seed++)
            {
                await using var chain = new InstallChain(seed, report);
                await chain.RunAsync(Math.Min(left, InstallChainRounds));
            }
        }
        finally
        {
            var text = report.Text(clock.Elapsed);
            output.WriteLine(text);
            await File.WriteAllTextAsync(Path.Combine(Programs.SourceTree, "artifacts", "crash-matrix.txt"), text);
        }
    }

    private static int From(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) && number > 0 ? number : usual;
}
