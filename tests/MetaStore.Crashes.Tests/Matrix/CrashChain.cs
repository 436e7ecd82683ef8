using System.Diagnostics;
using MetaStore.Crashes.Tests.Check;
using MetaStore.Crashes.Tests.Load;
using MetaStore.Crashes.Tests.Model;
using MetaStore.Testing.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Crashes.Tests.Matrix;

/// <summary>One data directory over many starts of its member: start, compare, write, kill, repeat.</summary>
/// <remarks>
/// The comparison after each start checks the kill before it. Small write buffers, flushes, segments and compactions make rare states common. At the
/// end the member is stopped gracefully and its files are compared record by record.
/// </remarks>
internal sealed class CrashChain : IAsyncDisposable
{
    private const int ConversionEvery = 8;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private static readonly string[] Flags = EngineFlags.Of(
        "rocksdb", "--snapshot-count", "50", "--snapshot-catchup-entries", "5", "--wal-segment-bytes", "256KiB");

    private readonly int _seed;
    private readonly CrashReport _report;
    private readonly ProcessCluster _cluster = ProcessCluster.OfMetaStore(1, Flags);
    private readonly FaultShim _shim;
    private readonly StoreModel _model = new();
    private List<CrashCall> _calls = [];
    private ulong _index;
    private string _story = "first start";

    public CrashChain(int seed, CrashReport report)
    {
        _seed = seed;
        _report = report;
        _shim = new FaultShim(Path.GetDirectoryName(Node.DataDirectory)!);
    }

    private ClusterNode Node => _cluster.Nodes[0];

    /// <summary>Kills that many times.</summary>
    public async Task RunAsync(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            await RoundAsync(new Random((_seed * 100_000) + round), round);
        }

        await FinishAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private async Task RoundAsync(Random random, int round)
    {
        var plan = CrashPlan.Draw(random, FaultShim.Missing is null);
        if (round % ConversionEvery == ConversionEvery - 1 && FaultShim.Missing is null)
        {
            _story += "; then a conversion";
            if (await ConversionCrash.RunAsync(Node.DataDirectory, _shim, random, _report) is { } wrong)
            {
                throw await FailureAsync([wrong]);
            }
        }

        _shim.Reset();
        _cluster.LaunchWith(Node, plan.Rule is null ? FaultShim.Nothing : _shim.Environment([plan.Rule], armed: plan.WhileOpening));
        using var patience = new CancellationTokenSource();
        if (plan.WhileOpening && plan.Rule is null)
        {
            patience.CancelAfter(plan.Delay);
        }

        var started = Stopwatch.GetTimestamp();
        using var sender = new CallSender(Node.ClientUrl);
        var isUp = await IsUpAsync(patience.Token);
        IReadOnlyList<CrashCall> calls = [];
        if (isUp && !plan.WhileOpening)
        {
            _report.Opened(Stopwatch.GetElapsedTime(started));
            await CompareAsync(sender, random);
            calls = await WorkAsync(sender, plan, random, round);
        }

        await Node.Process!.KillAsync();
        _calls.AddRange(calls);
        _report.Called(calls);
        Print(plan, isUp, calls, round);
    }

    private async Task<IReadOnlyList<CrashCall>> WorkAsync(CallSender sender, CrashPlan plan, Random random, int round)
    {
        using var gone = new CancellationTokenSource();
        _shim.Arm();
        var load = CrashLoad.RunAsync(sender, _model, random, $"s{_seed}r{round}", gone.Token);
        if (!await Node.Process!.EndsWithinAsync(plan.Delay))
        {
            await Node.Process.KillAsync();
        }

        await gone.CancelAsync();
        return await load;
    }

    private void Print(CrashPlan plan, bool isUp, IReadOnlyList<CrashCall> calls, int round)
    {
        var fired = _shim.Fired;
        var phases = new HashSet<string>(StringComparer.Ordinal);
        if (plan.Rule is not null && fired.Count > 0)
        {
            phases.Add(plan.Phase);
        }

        if (!isUp)
        {
            phases.Add("opening");
        }

        if (calls.Any(call => call is DefragmentCall { Answered: null }))
        {
            phases.Add("requested engine compaction (defragment)");
        }

        if (calls.Any(call => call is CompactCall { Physical: true, Answered: null, Refused: false }))
        {
            phases.Add("compaction of history");
        }

        var engine = Path.Combine(Node.DataDirectory, "engine");
        if (Directory.Exists(engine) && Directory.EnumerateFiles(engine, "probe.tmp", SearchOption.AllDirectories).Any())
        {
            phases.Add("engine flush");
        }

        if (phases.Count == 0)
        {
            phases.Add(CrashPlan.Writing);
        }

        _report.Killed(phases, atACall: fired.Count > 0);
        _story = $"seed {_seed}, round {round}: {string.Join(" + ", phases)}; {plan}; {string.Join(" / ", fired)}";
    }

    private async Task CompareAsync(CallSender sender, Random random)
    {
        var content = await NodeContent.ReadAsync(sender.Client, _model.Revision, random.NextInt64);
        var wrong = ContentCheck.Run(_model, _calls, content, _index);
        _report.Compared(content.History.Count);
        if (wrong.Count > 0)
        {
            throw await FailureAsync(wrong);
        }

        _calls = [];
        _index = content.AppliedIndex;
    }

    private async Task FinishAsync()
    {
        _cluster.Launch(Node);
        using (var sender = new CallSender(Node.ClientUrl))
        {
            await IsUpAsync(CancellationToken.None);
            await CompareAsync(sender, new Random(_seed));
            var compact = new CompactCall(_model.Revision, Physical: true);
            await sender.SendAsync(compact, CancellationToken.None);
            _calls = [compact];
            await CompareAsync(sender, new Random(_seed));
        }

        await Node.Process!.TerminateAsync();
        _story = $"seed {_seed}, the end";
        Assert.True(Node.Process.ExitCode == 0, $"{_story}: exit code {Node.Process.ExitCode}\n{Node.Process.Output}");
        var wrong = FilesCheck.Run(_model, Node.DataDirectory);
        if (wrong.Count > 0)
        {
            throw await FailureAsync(wrong);
        }
    }

    /// <returns>False when it has exited, or the time is over, before it was ready.</returns>
    private async Task<bool> IsUpAsync(CancellationToken patience)
    {
        var clock = Stopwatch.StartNew();
        while (!patience.IsCancellationRequested)
        {
            if (!Node.Process!.IsRunning)
            {
                return Node.Process.ExitCode == 137 ? false : throw await FailureAsync([$"it exited with {Node.Process.ExitCode}"]);
            }

            if (await _cluster.IsHealthyAsync(Node))
            {
                return true;
            }

            if (clock.Elapsed > StartLimit)
            {
                throw await FailureAsync(["it does not become healthy"]);
            }

            await Task.WhenAny(Task.Delay(10, patience), Node.Process.EndsWithinAsync(StartLimit));
        }

        return false;
    }

    private async Task<CrashFailure> FailureAsync(IReadOnlyList<string> wrong)
    {
        await Node.Process!.KillAsync();
        var kept = Path.Combine(Programs.SourceTree, "artifacts", "crashes", $"seed-{_seed}");
        CrashFailure.Keep(Node.DataDirectory, kept);
        return new CrashFailure($"{_story}\n{string.Join('\n', wrong.Take(20))}\n{wrong.Count} differences; files as found: {kept}\noutput:\n{Node.Process!.Output}");
    }
}
