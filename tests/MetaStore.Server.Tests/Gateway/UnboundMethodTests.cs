using System.Text;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Gateway;
using MetaStore.Server.Listening;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Gateway;

/// <summary>Requests to the gateway that call no method.</summary>
public sealed class UnboundMethodTests : KV.KVBase, IHttpFallback, ICallGate
{
    private readonly JsonGateway _gateway;
    private string? _passedOn;

    public UnboundMethodTests()
    {
        ServiceTable services = new ServiceBinder().Add(KV.Descriptor, binder => KV.BindService(binder, this)).Build();
        _gateway = new JsonGateway(services, new ListenerOptions { Gate = this }, this);
    }

    public override Task<RangeResponse> Range(RangeRequest request, ServerCallContext context) => Task.FromResult(new RangeResponse());

    Status ICallGate.Check(ServiceMethod method, ServerCall call) => Status.DefaultSuccess;

    Task IHttpFallback.HandleAsync(HttpContext context)
    {
        _passedOn = context.Request.Path.Value;
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("/v3/kv/put", "{\"error\":\"unknown method Put for service etcdserverpb.KV\",\"message\":\"unknown method Put for service etcdserverpb.KV\",\"code\":12}")]
    [InlineData("/v3/lock/lock", "{\"error\":\"unknown method Lock for service v3lockpb.Lock\",\"message\":\"unknown method Lock for service v3lockpb.Lock\",\"code\":12}")]
    public async Task MethodThatThisServerDoesNotHave_Is501_WithGrpcsText(string path, string body) => Assert.Equal((501, body), await SendAsync("POST", path));

    [Theory]
    [InlineData("POST", "/v3/", 404, "Not Found\n")]
    [InlineData("GET", "/v3/none", 404, "Not Found\n")]
    [InlineData("POST", "/v3/KV/Range", 404, "Not Found\n")]
    [InlineData("POST", "/v3/kv/range/", 404, "Not Found\n")]
    [InlineData("PUT", "/v3/kv/range", 405, "Method Not Allowed\n")]
    [InlineData("HEAD", "/v3beta/kv/range", 405, "Method Not Allowed\n")]
    [InlineData("POST", "/v3beta/kv/range", 200, "{}")]
    public async Task Path_OrHttpMethod_ThatIsNone_IsPlainText(string method, string path, int status, string body)
    {
        Assert.Equal((status, body), await SendAsync(method, path));
        Assert.Null(_passedOn);
    }

    /// <summary>As in etcd the upgrade is ignored on pages.</summary>
    [Theory]
    [InlineData("/health")]
    [InlineData("/v3")]
    [InlineData("/V3/kv/range")]
    [InlineData("/v31/kv/range")]
    public async Task OtherPaths_GoOnToThePages_EvenWithAnUpgrade(string path)
    {
        await SendAsync("GET", path, "websocket");
        Assert.Equal(path, _passedOn);
    }

    [Fact]
    public void Gateway_WithoutTheGateOfGrpc_IsNotMade() => Assert.Throws<ArgumentException>(() => new JsonGateway(new ServiceBinder().Build(), new ListenerOptions(), this));

    private async Task<(int Status, string Body)> SendAsync(string method, string path, string? upgrade = null)
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext { Request = { Method = method, Path = path }, Response = { Body = body } };
        if (upgrade is not null)
        {
            context.Request.Headers.Connection = "Upgrade";
            context.Request.Headers.Upgrade = upgrade;
        }

        await _gateway.HandleAsync(context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
    }
}
