using MetaStore.Server.Tests.Calls.Echoing;
using Grpc.Core;
using MetaStore.Server.Tests.Calls.Framing;

namespace MetaStore.Server.Tests.Calls;

/// <summary>A small body that expands to a large message. Not in parallel with other tests: it measures allocations of the whole process.</summary>
[Collection(nameof(Alone))]
public sealed class GzipBombTests(EchoServer server) : IClassFixture<EchoServer>, IDisposable
{
    private const string Unary = "/metastore.test.Echo/Unary";

    private readonly RawGrpc _raw = new(server.Address);

    public void Dispose() => _raw.Dispose();

    [Fact]
    public async Task Body_GzipBomb_IsResourceExhaustedAndCheap()
    {
        var bomb = Gzip.Compress(new byte[64 * 1024 * 1024]);
        byte[] body = [1, 0, (byte)(bomb.Length >> 16), (byte)(bomb.Length >> 8), (byte)bomb.Length, .. bomb];
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var status = await _raw.PostAsync(Unary, body, ("grpc-encoding", "gzip"));
        Assert.Equal(new Status(StatusCode.ResourceExhausted, "grpc: received message after decompression larger than max 2097152"), status);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 12 * 1024 * 1024);
    }
}

/// <summary>Tests that must not run in parallel with others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
