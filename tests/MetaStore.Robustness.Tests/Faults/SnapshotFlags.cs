using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>Flags that make snapshots, log truncations and installs happen within seconds.</summary>
internal static class SnapshotFlags
{
    /// <summary>Flags for a snapshot every 50 entries and log compaction directly after it.</summary>
    public static string[] Often { get; } = ["--snapshot-count", "50", "--snapshot-catchup-entries", "5"];

    /// <summary><see cref="Often"/>, or the defaults.</summary>
    public static string[] When(bool often) => often ? Often : [];

    /// <summary>Snapshots installed by a member's current process.</summary>
    public static int InstalledBy(ClusterNode node) => Installs(node).Count();

    /// <summary>Those of them that were sent as engine files, not as the portable stream.</summary>
    public static int FilesInstalledBy(ClusterNode node) => Installs(node).Count(line => line.Contains("EngineFiles", StringComparison.Ordinal));

    /// <summary>How often the member made its state durable and truncated the log: by a snapshot or by a flush of the engine.</summary>
    public static int CutsBy(ClusterNode node) =>
        node.Process!.Output.Split('\n').Count(line =>
            (line.Contains("Snapshot of index", StringComparison.Ordinal) && line.Contains("written:", StringComparison.Ordinal))
            || line.Contains("The engine was flushed up to index", StringComparison.Ordinal));

    private static IEnumerable<string> Installs(ClusterNode node) =>
        node.Process!.Output.Split('\n').Where(line => line.Contains("Snapshot of index", StringComparison.Ordinal) && line.Contains("installed in", StringComparison.Ordinal));
}
