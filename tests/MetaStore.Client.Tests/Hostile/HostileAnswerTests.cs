using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Client.Tests.Hostile;

/// <summary>Invalid responses. Each ends the call with a status, and none is mistaken for a cancellation by the caller.</summary>
public sealed class HostileAnswerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly byte[] Answer = Framed(new PutResponse { Header = new ResponseHeader { Revision = 7 } }.ToByteArray());

    private readonly RawServer _server = new();
    private readonly MetaStoreClient _client;

    public HostileAnswerTests() => _client = new MetaStoreClient(
        new MetaStoreClientOptions { Endpoints = [_server.Address], MaxReceiveBytes = 1000, CommandTimeout = Limit });

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    /// <summary>The others fail because of what they do differently.</summary>
    [Fact]
    public async Task WellFormed_IsTheAnswer()
    {
        var call = _client.Kv.PutAsync("k", "v");
        using var connection = await _server.AcceptCallAsync();
        await RawServer.SendHeadersAsync(connection);
        await RawServer.SendDataAsync(connection, Answer);
        await RawServer.SendTrailersAsync(connection, ("grpc-status", "0"));
        Assert.Equal(7, (await call.WaitAsync(Limit)).Header.Revision);
    }

    [Fact]
    public async Task Oversize_IsResourceExhausted_FromItsLengthAlone() => Check(
        await AnsweredAsync([0, 0, 0, 0x03, 0xe9]), StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");

    [Fact]
    public async Task LengthBeyond31Bits_IsInternal() => Check(await AnsweredAsync([0, 0xff, 0xff, 0xff, 0xff]), StatusCode.Internal, "Message too large");

    [Fact]
    public async Task EndsInsideAMessage_IsInternal() =>
        Check(await AnsweredAsync(Answer[..^2], ("grpc-status", "0")), StatusCode.Internal, "Unexpected end of content while reading the message content.");

    [Fact]
    public async Task EndsInsideTheFiveBytes_IsInternal() =>
        Check(await AnsweredAsync([0, 0, 0], ("grpc-status", "0")), StatusCode.Internal, "Unexpected end of content while reading the message header.");

    [Fact]
    public async Task OkWithoutAMessage_IsInternal() => Check(await AnsweredAsync([], ("grpc-status", "0")), StatusCode.Internal, "Failed to deserialize response message.");

    [Fact]
    public async Task TwoMessages_IsInternal() => Check(
        await AnsweredAsync([.. Answer, .. Answer], ("grpc-status", "0")), StatusCode.Internal, "Unexpected data after finished reading message.");

    [Fact]
    public async Task NoProtobuf_IsInternal() => Check(await AnsweredAsync(Framed([0xff, 0xff]), ("grpc-status", "0")), StatusCode.Internal, "InvalidProtocolBufferException");

    [Fact]
    public async Task CompressedWithoutSayingHow_IsInternal() => Check(
        await AnsweredAsync([1, .. Answer[1..]], ("grpc-status", "0")), StatusCode.Internal, "grpc-encoding");

    [Fact]
    public async Task NoTrailers_IsInternal() => Check(await AnsweredAsync(Answer), StatusCode.Internal, "No grpc-status found on response.");

    [Theory]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("-1x")]
    public async Task StatusThatIsNoNumber_IsInternal(string status) =>
        Check(await AnsweredAsync(Answer, ("grpc-status", status)), StatusCode.Internal, "grpc-status");

    [Fact]
    public async Task StatusThatIsNoCode_FailsWithIt() => Check(await AnsweredAsync(Answer, ("grpc-status", "99"), ("grpc-message", "odd")), (StatusCode)99, "odd");

    [Fact]
    public async Task TextWithBrokenEscapes_ComesAsItIs() => Check(
        await AnsweredAsync([], ("grpc-status", "5"), ("grpc-message", "100%zz %e2%82%ac %")), StatusCode.NotFound, "100%zz € %");

    [Theory]
    [InlineData(200, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(503, StatusCode.Unavailable)]
    public async Task AnswerOfAWebServer_IsWhatTheHttpStatusSays(int http, StatusCode expected)
    {
        var call = _client.Kv.PutAsync("k", "v");
        using var connection = await _server.AcceptCallAsync();
        await RawServer.SendHeadersAsync(connection, http, "text/html", isLast: true);
        Check(await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(Limit)), expected, "Bad gRPC response.");
    }

    /// <summary>A put with these bytes as the response, followed by these trailers or, without any, by the end of the stream.</summary>
    private async Task<RpcException> AnsweredAsync(byte[] data, params (string Name, string Value)[] trailers)
    {
        var call = _client.Kv.PutAsync("k", "v");
        using var connection = await _server.AcceptCallAsync();
        await RawServer.SendHeadersAsync(connection);
        await SendAsync(connection, data, trailers);
        return await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(Limit));
    }

    private static async Task SendAsync(Socket connection, byte[] data, (string Name, string Value)[] trailers)
    {
        await RawServer.SendDataAsync(connection, data, isLast: trailers.Length == 0);
        if (trailers.Length > 0)
        {
            await RawServer.SendTrailersAsync(connection, trailers);
        }
    }

    private static byte[] Framed(byte[] message) => [0, 0, 0, 0, (byte)message.Length, .. message];

    private static void Check(RpcException failure, StatusCode code, string text)
    {
        Assert.True(failure.StatusCode == code, failure.ToString());
        Assert.Contains(text, failure.Status.Detail, StringComparison.Ordinal);
    }
}
