using MetaStore.LoadGen.Cli;
using MetaStore.LoadGen.Http2;
using MetaStore.LoadGen.Load;
using Answer = MetaStore.LoadGen.Tests.Load.FakeGrpcServer.Answer;

namespace MetaStore.LoadGen.Tests.Load;

public sealed class LoadRunnerTests
{
    private static readonly Task<Answer> _ok = Task.FromResult(new Answer(0, []));

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(50, 1, 1)]
    [InlineData(300, 4, 2)]
    public async Task Run_ClosedLoopByCount_EveryCallIsAnswered(int inflight, int connections, int threads)
    {
        await using FakeGrpcServer server = await FakeGrpcServer.StartAsync((_, _, _) => _ok);
        LoadResult result = LoadRunner.Run(Options(server) with { Inflight = inflight, Connections = connections, Threads = threads, Count = 2000 });
        Assert.InRange(result.Succeeded, 2000, 2000 + inflight);
        Assert.Equal(result.Total, result.Succeeded);
        Assert.True(result.Throughput > 0);
        Assert.True(server.Calls >= 2000);
        Assert.Contains("\"succeeded\":2", ResultPrinter.Json(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_LargeValues_FlowControlSplitsAndNothingIsLost()
    {
        int wrong = 0;
        await using FakeGrpcServer server = await FakeGrpcServer.StartAsync((_, _, body) =>
        {
            ProtoFields fields = new(body);
            bool whole = fields.MoveNext() && fields.MoveNext() && fields.Bytes.Length == 700_000 && !fields.MoveNext();
            Interlocked.Add(ref wrong, whole ? 0 : 1);
            return _ok;
        });
        LoadResult result = LoadRunner.Run(Options(server) with { Inflight = 8, ValueBytes = 700_000, Count = 60 });
        Assert.Equal(0, wrong);
        Assert.Equal(result.Total, result.Succeeded);
    }

    [Fact]
    public async Task Run_FewStreamsAllowed_KeepsToTheServersLimit()
    {
        int running = 0;
        int most = 0;
        await using FakeGrpcServer server = await FakeGrpcServer.StartAsync(
            async (_, _, _) =>
            {
                int now = Interlocked.Increment(ref running);
                most = Math.Max(most, now);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return new Answer(0, []);
            },
            limits => limits.MaxStreamsPerConnection = 5);
        LoadResult result = LoadRunner.Run(Options(server) with { Inflight = 50, Connections = 1, Count = 500 });
        Assert.Equal(result.Total, result.Succeeded);
        Assert.InRange(most, 1, 5);
    }

    [Fact]
    public async Task Run_Errors_AreCountedByStatusWithTheirText()
    {
        await using FakeGrpcServer server = await FakeGrpcServer.StartAsync((call, _, _) => Task.FromResult(new Answer(call % 2 == 0 ? 8 : 0, [])));
        LoadResult result = LoadRunner.Run(Options(server) with { Inflight = 4, Count = 100 });
        Assert.InRange(result.Recorder.ByStatus[8], 40, 60);
        Assert.Contains("RESOURCE_EXHAUSTED: asked for", result.Recorder.Messages.Keys);
        Assert.Contains("RESOURCE_EXHAUSTED", ResultPrinter.Table(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OpenLoop_LatencyCountsFromWhenACallWasDue()
    {
        // One call at a time may run and each takes 20 ms, while one is due every 5 ms: the queue must show in the latency.
        await using FakeGrpcServer server = await FakeGrpcServer.StartAsync(async (_, _, _) =>
        {
            await Task.Delay(20);
            return new Answer(0, []);
        });
        LoadResult result = LoadRunner.Run(Options(server) with { Rate = 200, Inflight = 1, Count = 0, Duration = TimeSpan.FromSeconds(1) });
        Assert.Equal(200, result.Total);
        Assert.True(result.Recorder.Latency.Max > 2_000_000_000, $"max {result.Recorder.Latency.Max} ns");
    }

    [Fact]
    public async Task Run_NoAnswer_IsCancelledAfterTheTimeout()
    {
        await using FakeGrpcServer server = await FakeGrpcServer.StartAsync(async (_, _, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(3));
            return new Answer(0, []);
        });
        LoadResult result = LoadRunner.Run(Options(server) with { Inflight = 2, Count = 2, CallTimeout = TimeSpan.FromMilliseconds(200) });
        Assert.Equal(2, result.Recorder.ByStatus[GrpcStatus.DeadlineExceeded]);
    }

    [Fact]
    public async Task Run_ServerComesBack_ConnectsAgain()
    {
        // The first server answers a few calls and then holds all others, so that the run cannot end before the second is there.
        TaskCompletionSource<Answer> never = new();
        FakeGrpcServer first = await FakeGrpcServer.StartAsync((call, _, _) => call <= 20 ? _ok : never.Task);
        int port = int.Parse(first.Endpoint.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        LoadOptions options = Options(first) with { Inflight = 10, Count = 200, CallTimeout = TimeSpan.FromMinutes(1) };
        Task<LoadResult> run = Task.Run(() => LoadRunner.Run(options));
        while (first.Calls < 30)
        {
            await Task.Delay(5);
        }

        await first.DisposeAsync();
        never.SetResult(new Answer(14, []));
        await using FakeGrpcServer second = await FakeGrpcServer.StartAsync((_, _, _) => _ok, port: port);
        LoadResult result = await run;
        Assert.True(second.Calls >= 150);
        Assert.InRange(result.Recorder.ByStatus[GrpcStatus.Unavailable], 1, 10);
    }

    [Fact]
    public async Task Run_LeaderOnly_AsksForTheStatusFirst()
    {
        // header { member_id: 5 }, leader: 5 or 6
        await using FakeGrpcServer follower = await FakeGrpcServer.StartAsync((_, _, _) => Task.FromResult(new Answer(0, [0x0a, 0x02, 0x10, 0x05, 0x20, 0x06])));
        await using FakeGrpcServer leader = await FakeGrpcServer.StartAsync((_, _, _) => Task.FromResult(new Answer(0, [0x0a, 0x02, 0x10, 0x06, 0x20, 0x06])));
        LoadResult result = LoadRunner.Run(Options(leader) with { Endpoints = [follower.Endpoint, leader.Endpoint], LeaderOnly = true, Count = 50 });
        Assert.Equal(leader.Endpoint, Assert.Single(result.Plan.Targets).Authority);
        Assert.Equal(1, follower.Calls);
    }

    [Fact]
    public async Task Run_Mixed_FillsFirstAndUsesBothMethods()
    {
        System.Collections.Concurrent.ConcurrentDictionary<string, int> paths = new();
        await using FakeGrpcServer server = await FakeGrpcServer.StartAsync((_, path, _) =>
        {
            paths.AddOrUpdate(path, 1, (_, count) => count + 1);
            return _ok;
        });
        LoadRunner.Run(Options(server) with { Workload = WorkloadKind.Mixed, Keys = 300, Count = 300, Inflight = 5 });
        Assert.True(paths["/etcdserverpb.KV/Put"] >= 300);
        Assert.InRange(paths["/etcdserverpb.KV/Range"], 200, 320);
    }

    private static LoadOptions Options(FakeGrpcServer server) => new()
    {
        Endpoints = [server.Endpoint],
        WarmUp = TimeSpan.Zero,
        Count = 100,
        Inflight = 10,
    };
}
