using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Crashes.Tests.Check;
using MetaStore.Crashes.Tests.Load;
using MetaStore.Crashes.Tests.Model;
using Grpc.Core;
using MetaStore.Testing.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Crashes.Tests.DiskFaults;

/// <summary>One member with a failing disk, and the model of the expected state.</summary>
internal sealed class FaultyMember : IAsyncDisposable
{
    /// <summary>Exit code for an I/O error (ExitCodes of the product).</summary>
    public const int IoError = 74;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly ByteString All = ByteString.CopyFrom(0);

    private readonly ProcessCluster _cluster;
    private readonly FaultShim _shim;
    private readonly StoreModel _model = new();
    private readonly List<RangeResponse> _reads = [];
    private List<CrashCall> _calls = [];
    private int _lives;

    private FaultyMember(string[] flags)
    {
        Skip.If(FaultShim.Missing is not null, FaultShim.Missing);
        _cluster = ProcessCluster.OfMetaStore(1, flags);
        _shim = new FaultShim(Path.GetDirectoryName(Node.DataDirectory)!);
    }

    /// <summary>The member.</summary>
    public ClusterNode Node => _cluster.Nodes[0];

    /// <summary>The faults that were injected.</summary>
    public IReadOnlyList<string> Fired => _shim.Fired;

    /// <summary>Starts a member with some acknowledged writes; faults start with <see cref="Break"/>.</summary>
    public static async Task<FaultyMember> StartAsync(string[] flags, params FaultRule[] rules)
    {
        var member = new FaultyMember(flags);
        await member.StartAgainAsync(rules);
        await member.WriteUntilAsync(calls => calls > 200);
        return member;
    }

    /// <summary>Starts the faults.</summary>
    public void Break() => _shim.Arm();

    /// <summary>Ends the faults.</summary>
    public void Mend() => _shim.Disarm();

    /// <summary>Starts the process again. Faults start with <see cref="Break"/>.</summary>
    public async Task StartAgainAsync(params FaultRule[] rules)
    {
        _cluster.LaunchWith(Node, _shim.Environment(rules, armed: false));
        await _cluster.WaitUntilHealthyAsync(Node);
    }

    /// <summary>Starts the process with faults from the start, and expects it to exit.</summary>
    public async Task<int> StartBrokenAsync(params FaultRule[] rules)
    {
        await Node.Process!.KillAsync();
        _cluster.LaunchWith(Node, _shim.Environment(rules, armed: true));
        return await Node.Process!.WaitForExitAsync(Limit);
    }

    /// <summary>Writes and reads until the process has exited.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WorkUntilItEndsAsync()
    {
        await WriteUntilAsync(_ => false);
        return Node.Process!.ExitCode;
    }

    /// <summary>Waits for its exit without further calls.</summary>
    public Task<int> WaitForEndAsync(TimeSpan limit) => Node.Process!.WaitForExitAsync(limit);

    /// <summary>Sends one call, which may get no response.</summary>
    public async Task CallAsync(CrashCall call)
    {
        using var sender = new CallSender(Node.ClientUrl);
        using var gone = new CancellationTokenSource();
        _calls.Add(call);
        var sending = sender.SendAsync(call, gone.Token);
        await AnsweredOrEndedAsync(sending);
        await gone.CancelAsync();
        await sending;
    }

    /// <summary>Reads all keys; a response is checked later.</summary>
    public async Task ReadAsync()
    {
        using var sender = new CallSender(Node.ClientUrl);
        using var gone = new CancellationTokenSource();
        var reading = ReadAsync(sender, gone.Token);
        await AnsweredOrEndedAsync(reading);
        await gone.CancelAsync();
        await reading;
    }

    /// <summary>Asserts the exit code; the failure shows the last lines and the faults.</summary>
    public void AssertEnded(int found, int expected) => Assert.True(
        found == expected,
        $"exit code {found} instead of {expected}\n{string.Join('\n', Node.Process!.Output.Split('\n').TakeLast(5))}\n{string.Join('\n', Fired.Take(20))}");

    /// <summary>Kills the process if it still runs, starts it without faults, and compares its state with the model.</summary>
    public async Task CompareAfterRestartAsync()
    {
        await Node.Process!.KillAsync();
        _cluster.Launch(Node);
        await _cluster.WaitUntilHealthyAsync(Node);
        await CompareAsync();
    }

    /// <summary>Compares the state with the model.</summary>
    public async Task CompareAsync()
    {
        using var sender = new CallSender(Node.ClientUrl);
        var content = await NodeContent.ReadAsync(sender.Client, _model.Revision, (_, newest) => newest);
        var wrong = ContentCheck.Run(_model, _calls, content, leastIndex: 0);
        wrong.AddRange(ReadCheck.Run(_model, _reads));
        Assert.True(wrong.Count == 0, $"{string.Join('\n', wrong.Take(20))}\n{Node.Process!.Output}");
        _calls = [];
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    /// <summary>Writes and reads until the condition is met or the process has exited.</summary>
    /// <param name="enough">Gets the number of started calls.</param>
    public async Task WriteUntilAsync(Func<int, bool> enough)
    {
        using var sender = new CallSender(Node.ClientUrl);
        using var gone = new CancellationTokenSource();
        using var patience = new CancellationTokenSource(Limit);
        var random = new Random(++_lives);
        var done = 0;
        var writers = Enumerable.Range(0, 4).Select(async i =>
        {
            var source = new CallSource(new Random(random.Next()), $"l{_lives}w{i}");
            var calls = new List<CrashCall>();
            while (!gone.IsCancellationRequested && !enough(Interlocked.Increment(ref done)))
            {
                var call = source.Next();
                calls.Add(call);
                await sender.SendAsync(call, gone.Token);
                source.Learn(call);
            }

            return calls;
        }).ToArray();
        var reading = Task.Run(async () =>
        {
            while (!gone.IsCancellationRequested)
            {
                await ReadAsync(sender, gone.Token);
                await Task.WhenAny(Task.Delay(20, gone.Token));
            }
        });
        var all = Task.WhenAll(writers);
        while (!all.IsCompleted && !await Node.Process!.EndsWithinAsync(TimeSpan.FromMilliseconds(50)) && !patience.IsCancellationRequested)
        {
            // The condition is met, or the process has exited.
        }

        await gone.CancelAsync();
        _calls.AddRange((await all).SelectMany(calls => calls));
        await reading;
        Assert.False(patience.IsCancellationRequested, $"neither completed nor exited within {Limit}; injected: {string.Join('\n', Fired)}\noutput:\n{Node.Process!.Output}");
    }

    /// <summary>A client would retry a call to a stopped member until its deadline.</summary>
    private async Task AnsweredOrEndedAsync(Task calling)
    {
        while (!calling.IsCompleted && Node.Process!.IsRunning)
        {
            await Task.WhenAny(calling, Node.Process.EndsWithinAsync(TimeSpan.FromMilliseconds(100)));
        }
    }

    private async Task ReadAsync(CallSender sender, CancellationToken gone)
    {
        try
        {
            _reads.Add(await sender.Client.Kv.RangeAsync(new RangeRequest { Key = All, RangeEnd = All }, gone));
        }
        catch (Exception noAnswer) when (noAnswer is RpcException or OperationCanceledException)
        {
            // Without a response there is nothing to check.
        }
    }
}
