using System.Net;
using MetaStore.Server.Tests.Calls.Echoing;
using Grpc.Core;
using MetaStore.Server.Calls.Framing;

namespace MetaStore.Server.Tests.Calls;

/// <summary>Bodies and headers that no gRPC library sends: each gets the right status and does no harm.</summary>
public sealed class HostileBodyTests(EchoServer server) : IClassFixture<EchoServer>, IAsyncLifetime
{
    private const string Unary = "/metastore.test.Echo/Unary";
    private const string Duplex = "/metastore.test.Echo/Duplex";
    private static readonly byte[] s_empty = [0, 0, 0, 0, 0];
    private readonly RawGrpc _raw = new(server.Address);

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>After every test the server still responds and has logged nothing.</summary>
    public async Task DisposeAsync()
    {
        Assert.Equal(Status.DefaultSuccess, await _raw.PostAsync(Unary, s_empty));
        server.Log.AssertQuiet();
        _raw.Dispose();
    }

    public static TheoryData<string, byte[], StatusCode, string> Bodies => new()
    {
        { Unary, [], StatusCode.Internal, FrameErrors.NoMessage.Detail },
        { Unary, [0], StatusCode.Internal, "unexpected EOF" },
        { Unary, [0, 0, 0, 0], StatusCode.Internal, "unexpected EOF" },
        { Unary, [0, 0, 0, 0, 5, 1], StatusCode.Internal, "unexpected EOF" },
        { Unary, [0, 0xff, 0xff, 0xff, 0xff], StatusCode.ResourceExhausted, "grpc: received message larger than max (4294967295 vs. 2097152)" },
        { Unary, [0, 0, 0x20, 0, 1], StatusCode.ResourceExhausted, "grpc: received message larger than max (2097153 vs. 2097152)" },
        { Unary, [2, 0, 0, 0, 0], StatusCode.Internal, "grpc: received unexpected payload format 2" },
        { Unary, [255, 0, 0, 0, 0], StatusCode.Internal, "grpc: received unexpected payload format 255" },
        { Unary, [1, 0, 0, 0, 0], StatusCode.Internal, "grpc: compressed flag set with identity or empty encoding" },
        { Unary, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], StatusCode.Internal, FrameErrors.TooManyMessages.Detail },
        { Unary, [0, 0, 0, 0, 0, 7], StatusCode.Internal, FrameErrors.TooManyMessages.Detail },
        { Duplex, [], StatusCode.OK, "" },
        { Duplex, [0, 0, 0], StatusCode.Internal, "unexpected EOF" },
        { Duplex, [0, 0, 0, 0, 9, 1, 2], StatusCode.Internal, "unexpected EOF" },
        { Duplex, [0, 0, 0, 0, 0, 9, 0, 0, 0, 0], StatusCode.Internal, "grpc: received unexpected payload format 9" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_Malformed_GetsTheStatusOfGrpcGo(string path, byte[] body, StatusCode code, string detail) =>
        Assert.Equal(new Status(code, detail), await _raw.PostAsync(path, body));

    [Fact]
    public async Task Body_NotProtobuf_IsInternal()
    {
        var status = await _raw.PostAsync(Unary, [0, 0, 0, 0, 2, 0x0a, 0x7f]);
        Assert.Equal(StatusCode.Internal, status.StatusCode);
        Assert.StartsWith("grpc: error unmarshalling request: ", status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_NotGzip_IsInternal()
    {
        var status = await _raw.PostAsync(Unary, [1, 0, 0, 0, 4, 1, 2, 3, 4], ("grpc-encoding", "gzip"));
        Assert.Equal(StatusCode.Internal, status.StatusCode);
        Assert.StartsWith("grpc: failed to decompress the received message: ", status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encoding_Unknown_IsUnimplemented() => Assert.Equal(
        new Status(StatusCode.Unimplemented, "grpc: Decompressor is not installed for grpc-encoding \"snappy\""),
        await _raw.PostAsync(Unary, s_empty, ("grpc-encoding", "snappy")));

    [Theory]
    [InlineData("0S", StatusCode.DeadlineExceeded, "context deadline exceeded")]
    [InlineData("-1S", StatusCode.Internal, "malformed grpc-timeout: -1S")]
    [InlineData("99999999H", StatusCode.OK, "")]
    [InlineData("soon", StatusCode.Internal, "malformed grpc-timeout: soon")]
    public async Task Timeout_OddValue_GetsTheRightStatus(string timeout, StatusCode code, string detail) =>
        Assert.Equal(new Status(code, detail), await _raw.PostAsync(Unary, s_empty, ("grpc-timeout", timeout)));

    [Theory]
    [InlineData("/metastore.test.Echo/Nope", "unknown method Nope for service metastore.test.Echo")]
    [InlineData("/metastore.test.Echo/Absent", "unknown method Absent for service metastore.test.Echo")]
    [InlineData("/metastore.test.Nope/Unary", "unknown service metastore.test.Nope")]
    [InlineData("/", "malformed method name: \"/\"")]
    [InlineData("/Unary", "malformed method name: \"/Unary\"")]
    public async Task Path_Unknown_IsUnimplemented(string path, string detail) =>
        Assert.Equal(new Status(StatusCode.Unimplemented, detail), await _raw.PostAsync(path, s_empty));

    [Fact]
    public async Task Metadata_BinaryNotBase64_IsInternal()
    {
        var status = await _raw.PostAsync(Unary, s_empty, ("x-raw-bin", "***"));
        Assert.Equal(new Status(StatusCode.Internal, "malformed binary metadata \"***\" in header \"x-raw-bin\""), status);
    }

    [Fact]
    public async Task Metadata_AboveTheLimit_IsRefusedAndTheServerLives()
    {
        await Assert.ThrowsAnyAsync<Exception>(async () => await _raw.PostAsync(Unary, s_empty, ("x-text", new string('a', 100_000))));
    }

    [Fact]
    public async Task Method_Get_Is405()
    {
        using var response = await _raw.SendAsync(HttpMethod.Get, Unary, [], RawGrpc.MediaType);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/grpcx")]
    [InlineData("application/json")]
    public async Task ContentType_NotGrpc_GoesToTheFallback(string contentType)
    {
        using var response = await _raw.SendAsync(HttpMethod.Post, Unary, s_empty, contentType);
        Assert.Equal($"fallback HTTP/2 {Unary}", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    public async Task ContentType_WithSuffix_IsGrpc(string contentType)
    {
        using var response = await _raw.SendAsync(HttpMethod.Post, Unary, s_empty, contentType);
        Assert.Equal("application/grpc", response.Content.Headers.ContentType!.MediaType);
    }
}
