using MetaStore.Crashes.Tests.Check;
using MetaStore.Crashes.Tests.Load;
using MetaStore.Crashes.Tests.Model;
using MetaStore.Testing;
using MetaStore.Testing.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Crashes.Tests.Matrix;

/// <summary>Three members, of which one always lags beyond the log and is killed while it receives the leader's snapshot.</summary>
internal sealed class InstallChain : IAsyncDisposable
{
    private const string Phase = "snapshot install";
    private const int Writes = 120;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static readonly string[] Flags = EngineFlags.Of(
        "rocksdb", "--snapshot-count", "50", "--snapshot-catchup-entries", "5", "--wal-segment-bytes", "256KiB");

    private static readonly (string Calls, string Path, int NumberMax)[] Points =
    [
        ("pwrite,fsync,rename", "/snap/", 4),
        ("unlink", "/snap/", 2),
        ("pread", "/snap/", 3),
        ("write,pwrite,fsync,fdatasync,rename,link,unlink", "/engine/db-", 40),
        ("fsync,rename,open", "/engine/CURRENT", 4),
        ("unlink,rmdir", "/engine/db-", 12),
        ("pwrite,fdatasync", "/wal/", 6),
    ];

    private readonly int _seed;
    private readonly CrashReport _report;
    private readonly ProcessCluster _cluster = ProcessCluster.OfMetaStore(3, Flags);
    private readonly FaultShim _shim;
    private readonly StoreModel _model = new();
    private List<CrashCall> _calls = [];
    private string _story = "";

    public InstallChain(int seed, CrashReport report)
    {
        _seed = seed;
        _report = report;
        _shim = new FaultShim(Path.GetDirectoryName(Victim.DataDirectory)!);
    }

    private ClusterNode Writer => _cluster.Nodes[0];

    private ClusterNode Victim => _cluster.Nodes[2];

    /// <summary>Kills that many times.</summary>
    public async Task RunAsync(int rounds)
    {
        _cluster.Launch(Victim);
        foreach (var other in _cluster.Nodes.Where(node => node != Victim))
        {
            // The leader's engine decides what is sent: engine files, or in every second chain the portable stream.
            _cluster.Launch(other, EngineFlags.Of(_seed % 2 == 0 ? "memory" : "rocksdb"));
        }

        await Task.WhenAll(_cluster.Nodes.Select(_cluster.WaitUntilHealthyAsync));
        var random = new Random(_seed);
        for (var round = 0; round < rounds; round++)
        {
            await Victim.Process!.KillAsync();
            await WriteAsync(new Random(random.Next()), round);
            await CrashAsync(random, round);
            if (round % 3 == 2 || round == rounds - 1)
            {
                await RecoverAsync(random);
            }
        }
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private async Task WriteAsync(Random random, int round)
    {
        using var sender = new CallSender(Writer.ClientUrl);
        var source = new CallSource(random, $"i{_seed}r{round}");
        for (var i = 0; i < Writes; i++)
        {
            var call = source.Next();
            _calls.Add(call);
            await sender.SendAsync(call, CancellationToken.None);
            source.Learn(call);
        }
    }

    private async Task CrashAsync(Random random, int round)
    {
        var (calls, path, numberMax) = Points[random.Next(Points.Length)];
        string[] actions = ["kill-before", "kill-half", "kill-after"];
        var rule = new FaultRule(calls, path, actions[random.Next(3)], 1 + random.Next(numberMax), Count: 1);
        var canInject = FaultShim.Missing is null;
        var patience = canInject ? Patience : TimeSpan.FromMilliseconds(random.Next(100, 900));
        _shim.Reset();
        _cluster.LaunchWith(Victim, canInject ? _shim.Environment([rule], armed: true) : FaultShim.Nothing);
        if (!await Victim.Process!.EndsWithinAsync(patience))
        {
            await Victim.Process.KillAsync();
        }

        var output = Victim.Process.Output;
        var phases = new List<string>();
        if (output.Contains("installed in", StringComparison.Ordinal))
        {
            phases.Add("directly after an install");
        }
        else if (canInject && _shim.Fired.Count > 0 && !path.StartsWith("/wal/", StringComparison.Ordinal) && !path.StartsWith("/engine/db-", StringComparison.Ordinal))
        {
            phases.Add(Phase);
        }
        else if (Directory.EnumerateFiles(Path.Combine(Victim.DataDirectory, "snap")).Any()
            || Directory.EnumerateDirectories(Path.Combine(Victim.DataDirectory, "engine"), "db-*").Count() > 1)
        {
            phases.Add(Phase);
        }
        else
        {
            phases.Add("opening, member of three");
        }

        _report.Killed(phases, atACall: canInject && _shim.Fired.Count > 0);
        _story = $"install seed {_seed}, round {round}: {string.Join(" + ", phases)}; {rule}; {string.Join(" / ", _shim.Fired)}";
    }

    private async Task RecoverAsync(Random random)
    {
        _cluster.Launch(Victim);
        await _cluster.WaitUntilHealthyAsync(Victim);
        _report.Called(_calls);
        using var writer = new CallSender(Writer.ClientUrl);
        using var victim = new CallSender(Victim.ClientUrl);
        var known = _model.Revision;

        // The model follows the member that was never killed; the killed one must then report the same state.
        var truth = await NodeContent.ReadAsync(writer.Client, known, random.NextInt64);
        await FailAsync(ContentCheck.Run(_model, _calls, truth, 0));
        _calls = [];
        NodeContent? found = null;
        await Eventually.TrueAsync(
            async () => (found = await NodeContent.ReadAsync(victim.Client, known, (_, _) => truth.OldRevision)).AppliedIndex >= truth.AppliedIndex,
            Limit, () => $"{_story}\nit does not catch up\n{Victim.Process!.Output}");
        var wrong = ContentCheck.Run(_model, [], found! with { History = [], CommittedIndex = found.AppliedIndex }, truth.AppliedIndex);
        if (!found.History.SelectMany(events => events).SequenceEqual(truth.History.SelectMany(events => events)))
        {
            wrong.Add("its history differs from the others'");
        }

        _report.Compared(found.History.Count);
        await FailAsync(wrong);
    }

    private async Task FailAsync(List<string> wrong)
    {
        if (wrong.Count > 0)
        {
            await Victim.Process!.KillAsync();
            var kept = Path.Combine(Programs.SourceTree, "artifacts", "crashes", $"install-{_seed}");
            CrashFailure.Keep(Victim.DataDirectory, kept);
            throw new CrashFailure($"{_story}\n{string.Join('\n', wrong.Take(20))}\nfiles as found: {kept}\noutput:\n{Victim.Process!.Output}");
        }
    }
}
