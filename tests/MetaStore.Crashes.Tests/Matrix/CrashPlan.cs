using MetaStore.Testing.Faults;

namespace MetaStore.Crashes.Tests.Matrix;

/// <summary>How a round's process is killed: at a given call of the C library, or by the parent after a delay.</summary>
/// <param name="Rule">The call; null for a kill by the parent.</param>
/// <param name="Phase">What the process does at that call.</param>
/// <param name="Delay">The delay, from the start of the writers (or, while opening, from the start of the process).</param>
/// <param name="WhileOpening">Whether the kill comes before it is ready.</param>
internal sealed record CrashPlan(FaultRule? Rule, string Phase, TimeSpan Delay, bool WhileOpening)
{
    /// <summary>Category of a kill by the parent when it is not known what it interrupted.</summary>
    public const string Writing = "writing";

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1500);

    private static readonly Point[] WorkingPoints =
    [
        new("log write", "pwrite", "/wal/", "wal-writer", 150),
        new("log sync", "fdatasync", "/wal/", "wal-writer", 150),
        new("log segment", "pwrite,fsync,posix_fallocate,rename", "/wal/", "wal-segments", 12),
        new("log cut", "unlink", "/wal/", "wal-segments", 2),
        new("engine flush", "write,fsync,fdatasync,sync_file_range", "/engine/", "rocksdb:high", 30),
        new("engine flush", "write,fsync,fdatasync", "MANIFEST", "", 12),
        new("engine flush", "pwrite,fsync,unlink", "probe.tmp", "", 30),
        new("engine flush", "pwrite,fsync,unlink", "probe.tmp", "", 5),
        new("engine compaction", "write,fsync,fdatasync,sync_file_range", "/engine/", "rocksdb:low", 12),
        new("engine compaction", "unlink", ".sst", "", 6),
    ];

    private static readonly Point[] OpeningPoints =
    [
        new("opening", "write,fsync,fdatasync,rename", "/engine/", "", 14),
        new("opening", "pread", "/engine/", "", 20),
        new("opening", "pwrite,fsync,fdatasync", "/wal/", "", 6),
        new("opening", "unlink,rmdir", "/engine/", "", 4),
    ];

    /// <summary>Draws a random plan.</summary>
    /// <param name="random">The random source of the round.</param>
    /// <param name="canInject">False without the shim: then the parent does every kill.</param>
    public static CrashPlan Draw(Random random, bool canInject)
    {
        var kind = random.Next(100);
        var millis = TimeSpan.FromMilliseconds(random.Next(5, 400));
        if (kind < 10)
        {
            return new CrashPlan(null, "opening", TimeSpan.FromMilliseconds(random.Next(50, 600)), WhileOpening: true);
        }

        if (kind < 40 || !canInject)
        {
            return new CrashPlan(null, Writing, millis, WhileOpening: false);
        }

        var whileOpening = kind >= 90;
        var points = whileOpening ? OpeningPoints : WorkingPoints;
        var point = points[random.Next(points.Length)];
        string[] actions = ["kill-before", "kill-half", "kill-after"];
        var rule = new FaultRule(point.Calls, point.Path, actions[random.Next(3)], 1 + random.Next(point.NumberMax), point.Thread, Count: 1);
        return new CrashPlan(rule, point.Phase, Patience, whileOpening);
    }

    private sealed record Point(string Phase, string Calls, string Path, string Thread, int NumberMax);
}
