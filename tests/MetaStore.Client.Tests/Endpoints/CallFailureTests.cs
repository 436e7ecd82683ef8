using System.Net.Http;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client.Endpoints;

namespace MetaStore.Client.Tests.Endpoints;

/// <summary>The table of CallFailure, row by row.</summary>
public sealed class CallFailureTests
{
    private static readonly Uri Endpoint = new("http://h:1");

    [Fact]
    public void Cancelled_ByTheCaller_HasItsToken_OtherwiseItIsAnAnswer()
    {
        using var stop = new CancellationTokenSource();
        var failure = Failure(StatusCode.Cancelled, "etcdserver: watch canceled");
        Assert.Same(failure, CallFailure.Of(failure, Endpoint, stop.Token));
        stop.Cancel();
        Assert.Equal(stop.Token, Assert.IsType<OperationCanceledException>(CallFailure.Of(failure, Endpoint, stop.Token)).CancellationToken);
    }

    [Theory]
    [InlineData("No grpc-status found on response.")]
    [InlineData("Bad gRPC response. Invalid content-type value: text/html")]
    [InlineData("Unexpected grpc-status value: x")]
    public void Answer_ThatIsNotGrpc_IsInternal(string text) => Assert.Equal((StatusCode.Internal, text), Seen(Failure(StatusCode.Cancelled, text)));

    [Theory]
    [InlineData("", "context deadline exceeded")]
    [InlineData("etcdserver: request timed out", "etcdserver: request timed out")]
    public void Deadline_OfThisSide_HasEtcdsText(string text, string expected) => Assert.Equal((StatusCode.DeadlineExceeded, expected), Seen(Failure(StatusCode.DeadlineExceeded, text)));

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, "connection error: cannot connect to h:1: refused")]
    [InlineData(HttpRequestError.NameResolutionError, "connection error: cannot connect to h:1: refused")]
    [InlineData(HttpRequestError.SecureConnectionError, "connection error: cannot connect to h:1: refused")]
    [InlineData(HttpRequestError.ResponseEnded, "connection error: connection to h:1 broke: refused")]
    public void Connection_ThatFails_NamesTheEndpoint(HttpRequestError error, string text) =>
        Assert.Equal((StatusCode.Unavailable, text), Seen(Failure(StatusCode.Internal, "Error starting gRPC call.", new HttpRequestException(error, "outer", new IOException("refused")))));

    [Fact]
    public void Stream_ThatIsReset_KeepsItsCode_AConnectionThatEndsDoesNot()
    {
        Assert.Equal((StatusCode.Internal, "x"), Seen(Failure(StatusCode.Internal, "x", new IOException("io", new HttpProtocolException(8, "The HTTP/2 server reset the stream.", null)))));
        var (code, text) = Seen(Failure(StatusCode.Internal, "x", new IOException("io", new HttpProtocolException(0, "ping", null))));
        Assert.Equal(StatusCode.Unavailable, code);
        Assert.StartsWith("connection error: connection to h:1 broke: ping", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_ThatCannotBeDecoded_IsInternal()
    {
        var undecodable = Assert.Throws<InvalidProtocolBufferException>(() => Protocol.Etcd.RangeResponse.Parser.ParseFrom([0xff]));
        Assert.Equal((StatusCode.Internal, "x"), Seen(Failure(StatusCode.Unavailable, "x", undecodable)));
    }

    [Fact]
    public void Answer_OfTheServer_IsTheSame_WithItsTrailers()
    {
        var answer = new RpcException(new Status(StatusCode.Unavailable, "etcdserver: no leader"), new Metadata { { "k", "v" } });
        Assert.Same(answer, CallFailure.Of(answer, Endpoint, CancellationToken.None));
        var broken = new RpcException(new Status(StatusCode.Internal, "x", new IOException("pipe")), new Metadata { { "k", "v" } });
        Assert.Equal("v", Assert.IsType<RpcException>(CallFailure.Of(broken, Endpoint, CancellationToken.None)).Trailers.GetValue("k"));
    }

    [Fact]
    public void Failure_OfAStream_IsACallsFailure_AndABugIsNot()
    {
        using var stop = new CancellationTokenSource();
        Assert.Equal((StatusCode.Cancelled, "the client is disposed"), Seen(new ObjectDisposedException("x")));
        Assert.Equal((StatusCode.Unavailable, "the call to http://h:1/ is over: completed"), Seen(new InvalidOperationException("completed")));
        Assert.Equal((StatusCode.Unavailable, "connection error: connection to h:1 broke: pipe"), Seen(new IOException("pipe")));
        Assert.Null(CallFailure.Of(new ArgumentException("a bug"), Endpoint, stop.Token));
        stop.Cancel();
        Assert.IsType<OperationCanceledException>(CallFailure.Of(new TaskCanceledException(), Endpoint, stop.Token));
    }

    [Fact]
    public void Socket_IsNamedByItsPath() => Assert.Equal(
        "connection error: connection to unix:///run/m broke: pipe", TransportText.Of(new IOException("pipe"), new Uri("unix:///run/m")));

    private static RpcException Failure(StatusCode code, string text, Exception? cause = null) => new(new Status(code, text, cause));

    private static (StatusCode Code, string Text) Seen(Exception failure)
    {
        var seen = Assert.IsType<RpcException>(CallFailure.Of(failure, Endpoint, CancellationToken.None));
        return (seen.StatusCode, seen.Status.Detail);
    }
}
