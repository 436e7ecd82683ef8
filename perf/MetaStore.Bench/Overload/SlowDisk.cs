using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MetaStore.Bench.Overload;

/// <summary>Disks on which the log is the bottleneck: a preloaded library makes every sync of a member take as long as a slow disk needs for what was written since the last one.</summary>
/// <remarks>Built when it is used, with gcc: no setting of a member slows its log.</remarks>
internal static class SlowDisk
{
    /// <summary>So slow that refusing what the log cannot take costs the processor little beside it.</summary>
    public const int BytesPerSecond = 1 << 20;

    /// <summary>Environment of a member on such a disk; null without a C compiler.</summary>
    /// <param name="folder">Where the library is built.</param>
    public static async Task<IReadOnlyDictionary<string, string>?> TryMakeAsync(string folder)
    {
        var library = Path.Combine(folder, "slow_disk.so");
        try
        {
            using var compiler = Process.Start("gcc", ["-shared", "-fPIC", "-O1", "-o", library, Path.Combine(AppContext.BaseDirectory, "Overload", "slow_disk.c"), "-ldl", "-lpthread"]);
            await compiler.WaitForExitAsync();
            return compiler.ExitCode == 0
                ? new Dictionary<string, string> { ["LD_PRELOAD"] = library, ["METABENCH_DISK_BYTES_PER_SECOND"] = BytesPerSecond.ToString(CultureInfo.InvariantCulture) }
                : throw new InvalidOperationException($"gcc ended with {compiler.ExitCode}");
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
