using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Framing;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Tests.Calls.Echoing;

namespace MetaStore.Server.Tests.Calls;

/// <summary>Bound methods by path, the text for every other path, and calls by a caller that knows messages by descriptor only.</summary>
public sealed class ServiceTableTests : IAsyncStreamReader<IMessage>, IServerStreamWriter<IMessage>
{
    private readonly ServiceTable _services = new ServiceBinder().Add(Echo.Descriptor, binder => Echo.BindService(binder, new EchoService())).Build();
    private readonly Queue<IMessage> _requests = new();
    private readonly List<IMessage> _responses = [];

    public IMessage Current { get; private set; } = null!;

    public WriteOptions? WriteOptions { get; set; }

    /// <summary>Texts of grpc-go's handleStream.</summary>
    [Theory]
    [InlineData("/metastore.test.Echo/Absent", "unknown method Absent for service metastore.test.Echo")]
    [InlineData("metastore.test.Echo/Absent", "unknown method Absent for service metastore.test.Echo")]
    [InlineData("/metastore.test.Echo/", "unknown method  for service metastore.test.Echo")]
    [InlineData("/metastore.test.echo/Unary", "unknown service metastore.test.echo")]
    [InlineData("/a/b/c", "unknown service a/b")]
    [InlineData("//", "unknown service ")]
    [InlineData("/Unary", "malformed method name: \"/Unary\"")]
    [InlineData("", "malformed method name: \"\"")]
    public void Path_WithoutAMethod_HasGrpcGosText(string path, string text)
    {
        Assert.Null(_services.Find(path));
        Assert.Equal(new Status(StatusCode.Unimplemented, text), _services.WhyUnknown(path));
    }

    [Fact]
    public async Task Duplex_ByDescriptor_PassesMessagesBothWays()
    {
        _requests.Enqueue(new EchoRequest { Payload = ByteString.CopyFromUtf8("a") });
        _requests.Enqueue(new EchoRequest { Payload = ByteString.CopyFromUtf8("b") });
        Assert.Null(await _services.Find("/metastore.test.Echo/Duplex")!.InvokeAsync(null, this, this, new LocalCallContext("test")));
        Assert.Equal([("a", 0L), ("b", 1)], _responses.Cast<EchoReply>().Select(reply => (reply.Payload.ToStringUtf8(), reply.Index)));
    }

    [Fact]
    public async Task ServerStream_ByDescriptor_PassesResponsesAndTheirOptions()
    {
        var request = new EchoRequest { Repeat = 2 };
        Assert.Null(await _services.Find("/metastore.test.Echo/ServerStream")!.InvokeAsync(request, null, this, new LocalCallContext("test")));
        Assert.Equal(2, _responses.Count);
        Assert.Equal(WriteFlags.BufferHint, WriteOptions!.Flags);
    }

    [Fact]
    public async Task Unary_ByDescriptor_ReturnsTheResponse()
    {
        var request = new EchoRequest { Payload = ByteString.CopyFromUtf8("x") };
        IMessage? response = await _services.Find("/metastore.test.Echo/Unary")!.InvokeAsync(request, null, null, new LocalCallContext("test"));
        Assert.Equal(new EchoReply { Payload = request.Payload }, response);
    }

    [Theory]
    [InlineData(StatusCode.OK, "0")]
    [InlineData(StatusCode.Unauthenticated, "16")]
    [InlineData((StatusCode)17, "2")]
    [InlineData((StatusCode)(-1), "2")]
    public void StatusOnTheWire_IsAKnownNumber(StatusCode code, string text) => Assert.Equal(text, CallStatuses.TextOf(code));

    [Theory]
    [InlineData(null, true, false)]
    [InlineData("", true, false)]
    [InlineData("identity", true, false)]
    [InlineData("gzip", true, true)]
    [InlineData("GZIP", false, false)]
    [InlineData("gzip, identity", false, false)]
    [InlineData("snappy", false, false)]
    public void Encoding_IsIdentityOrGzip(string? encoding, bool isKnown, bool isCompressing) =>
        Assert.Equal((isKnown, isCompressing), (MessageEncoding.IsKnown(encoding), MessageEncoding.IsCompressing(encoding)));

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        bool isMore = _requests.TryDequeue(out IMessage? next);
        Current = next!;
        return Task.FromResult(isMore);
    }

    Task IAsyncStreamWriter<IMessage>.WriteAsync(IMessage message)
    {
        _responses.Add(message);
        return Task.CompletedTask;
    }
}
