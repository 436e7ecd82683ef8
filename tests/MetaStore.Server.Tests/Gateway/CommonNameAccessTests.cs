using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Auth;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Gateway;
using MetaStore.Server.Listening;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Clients;
using MetaStore.Server.Reads;
using MetaStore.Server.Tests.Nodes;
using MetaStore.Testing;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Gateway;

/// <summary>While auth is on, a client whose certificate names a user is refused on every path of the gateway, and on no other.</summary>
public sealed class CommonNameAccessTests : IHttpFallback, IDisposable
{
    private readonly AppliedState _state = new();
    private readonly FakeTimeProvider _time = new();
    private int _handled;

    public void Dispose() => _state.Dispose();

    Task IHttpFallback.HandleAsync(HttpContext context)
    {
        _handled++;
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("/v3/kv/range", false)]
    [InlineData("/v3/none-such", false)]
    [InlineData("/v3beta/kv/range", false)]
    [InlineData("/v3", true)]
    [InlineData("/v3alpha/kv/range", true)]
    [InlineData("/health", true)]
    [InlineData("/metrics", true)]
    public async Task NamedClient_WhileAuthIsOn_PassesOnlyOutsideOfTheGateway(string path, bool passes)
    {
        _state.EnableAuth();
        (int status, string body) = await SendAsync(path, "CN=root", namesUser: true);
        Assert.Equal(passes ? (1, 200) : (0, 400), (_handled, status));
        Assert.Equal(passes ? "" : "CommonName of client sending a request against gateway will be ignored and not used as expected\n", body);
    }

    [Fact]
    public async Task NamedClient_WhileAuthIsOff_Passes()
    {
        await SendAsync("/v3/kv/range", "CN=root", namesUser: true);
        Assert.Equal(1, _handled);
    }

    [Theory]
    [InlineData("CN=root", false)]
    [InlineData("O=none", true)]
    [InlineData(null, true)]
    public async Task ClientWithoutAName_Passes(string? subject, bool namesUser)
    {
        _state.EnableAuth();
        await SendAsync("/v3/kv/range", subject, namesUser);
        Assert.Equal(1, _handled);
    }

    private async Task<(int Status, string Body)> SendAsync(string path, string? subject, bool namesUser)
    {
        var clock = new TokenClock(TimeSpan.FromMinutes(5), _time);
        var auth = new CallAuth(_state.Machine.Reader, new AppliedIndexWaiter(_time), () => 0, clock);
        var body = new MemoryStream();
        var context = new DefaultHttpContext { Request = { Path = path }, Response = { Body = body } };
        if (subject is not null)
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using X509Certificate2 leaf = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
            context.Features.Set(new ClientIdentity(leaf, [], new CertificateTrust([]), namesUser));
        }

        await new CommonNameAccess(auth, this).HandleAsync(context);
        return (context.Response.StatusCode, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}
