using MetaStore.LoadGen.Http2;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Tests.Gathered;

/// <summary>Loads whose calls are operations of a stream.</summary>
public sealed class GatheredRunTests
{
    private static readonly byte[] _put = new ProtoWriter().Bytes(3, []).ToArray();

    private static readonly byte[] _refused = new ProtoWriter().Bytes(6, new ProtoWriter().Varint(1, 8).Bytes(2, "too many"u8).ToArray()).ToArray();

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(100, 1, 1)]
    [InlineData(2000, 2, 2)]
    public async Task Run_EveryOperationHasItsResult_AndMessagesCarryMany(int inflight, int connections, int threads)
    {
        await using FakeOperationsServer server = await FakeOperationsServer.StartAsync((_, _) => _put);
        LoadResult result = LoadRunner.Run(Options(server) with { Inflight = inflight, Connections = connections, Threads = threads, Count = 5000 });
        Assert.InRange(result.Succeeded, 5000, 5000 + inflight);
        Assert.Equal(result.Total, result.Succeeded);
        Assert.Equal(connections, server.Streams);
        Assert.True(server.Messages <= server.Operations / Math.Max(1, inflight / connections / 4), $"{server.Operations} operations in {server.Messages} messages");
    }

    [Fact]
    public async Task Run_LargeValuesAndSmallWindows_NothingIsLost()
    {
        await using FakeOperationsServer server = await FakeOperationsServer.StartAsync((_, _) => _put, limits => limits.InitialStreamWindowSize = 65_535);
        LoadResult result = LoadRunner.Run(Options(server) with { Inflight = 20, ValueBytes = 50_000, Count = 200 });
        Assert.InRange(result.Succeeded, 200, 220);
        Assert.Equal(result.Total, result.Succeeded);
    }

    [Fact]
    public async Task Run_Errors_AreCountedByStatusWithTheirText()
    {
        await using FakeOperationsServer server = await FakeOperationsServer.StartAsync((number, _) => number % 2 == 0 ? _refused : _put);
        LoadResult result = LoadRunner.Run(Options(server) with { Inflight = 4, Count = 100 });
        Assert.InRange(result.Recorder.ByStatus[8], 30, 70);
        Assert.Contains("RESOURCE_EXHAUSTED: too many", result.Recorder.Messages.Keys);
    }

    /// <summary>What is open when a stream ends has no result, and the next operations use a new stream.</summary>
    [Fact]
    public async Task Run_StreamEnds_OpenOperationsFail_AndANewStreamFollows()
    {
        await using FakeOperationsServer server = await FakeOperationsServer.StartAsync((number, _) => number == 50 ? null : _put);
        LoadResult result = LoadRunner.Run(Options(server) with { Inflight = 10, Count = 200 });
        Assert.Equal(2, server.Streams);
        Assert.InRange(result.Recorder.ByStatus[GrpcStatus.Unavailable], 1, 10);
        Assert.InRange(result.Succeeded, 180, 210);
    }

    private static LoadOptions Options(FakeOperationsServer server) =>
        new() { Endpoints = [server.Endpoint], Gather = true, WarmUp = TimeSpan.Zero };
}
