namespace MetaStore.Engines.Tests.PageFiles;

/// <summary>Random puts, compactions, moves to files, checkpoints, starts and deletions of files, compared with a sorted dictionary.</summary>
public sealed class PagedModelTests
{
    private static readonly int Factor = Environment.GetEnvironmentVariable("METASTORE_EXHAUSTIVE") == "1" ? 20 : 1;

    [Theory]
    [InlineData(1, 300)]
    [InlineData(2, 1024)]
    [InlineData(3, 5000)]
    [InlineData(4, 60_000)]
    public void RandomSteps_MatchTheModel_InEveryViewAndAfterEveryStart(int seed, int pageBytes)
    {
        for (var round = 0; round < Factor; round++)
        {
            Run((100 * round) + seed, pageBytes);
        }
    }

    private static void Run(int seed, int pageBytes)
    {
        var random = new Random(seed);
        using var rig = new PagedRig(PagedRig.Small with { PageBytes = pageBytes, FileBytesMin = random.Next(1, 4000), FileBytesMax = random.Next(1, 40_000) });
        var views = new List<(IReadView View, KeyValuePair<byte[], byte[]>[] Entries)>();
        var snapshots = new List<(byte[] Checkpoint, KeyValuePair<byte[], byte[]>[] Entries)>();
        var (first, next) = (1, 1);
        for (var step = 0; step < 250; step++)
        {
            switch (random.Next(9))
            {
                case 0 or 1 or 2:
                    var last = next + random.Next(1, 60);
                    rig.Put(next, last, random.Next(120));
                    next = last + 1;
                    break;
                case 3 or 4:
                    var to = Math.Min(next, first + random.Next(1, 80));
                    rig.Delete(first, to, random.Next(1, 4));
                    first = random.Next(3) == 0 ? first : to;
                    break;
                case 5:
                    rig.Store(beforeCheckpoint: random.Next(2) == 0);
                    break;
                case 6:
                    snapshots.Add((rig.Checkpoint(), [.. rig.Model]));
                    snapshots.RemoveRange(0, Math.Max(0, snapshots.Count - 2));
                    rig.Engine.DeletePageFiles(snapshots.SelectMany(snapshot => rig.Engine.PageFilesOf(new MemoryStream(snapshot.Checkpoint))).ToHashSet());
                    break;
                case 7:
                    views.Add((rig.Engine.OpenView(), [.. rig.Model]));
                    break;
                default:
                    Start(rig, snapshots, random);
                    next = Math.Max(next, 1);
                    break;
            }

            rig.AssertSame($"seed {seed}, step {step}");
        }

        foreach (var (view, entries) in views)
        {
            PagedRig.AssertSame(view, entries, $"seed {seed}");
            view.Dispose();
        }
    }

    /// <summary>From one of the newest two snapshots, as after a crash.</summary>
    private static void Start(PagedRig rig, List<(byte[] Checkpoint, KeyValuePair<byte[], byte[]>[] Entries)> snapshots, Random random)
    {
        if (snapshots.Count == 0)
        {
            return;
        }

        var (checkpoint, entries) = snapshots[random.Next(snapshots.Count)];
        snapshots.RemoveAll(snapshot => snapshot.Checkpoint != checkpoint);
        rig.Replace(rig.Loaded(checkpoint));
        rig.Model.Clear();
        foreach (var (key, value) in entries)
        {
            rig.Model[key] = value;
        }
    }
}
