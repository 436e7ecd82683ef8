using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Tests.Auth;

namespace MetaStore.Server.Tests.Dashboard;

/// <summary>How a page gets a token, and what ends it.</summary>
public sealed class SignInTests
{
    private const string Wrong = "etcdserver: authentication failed, invalid user ID or password\n";

    [Theory]
    [InlineData("""{"name":"plain","password":"plain"}""", 200, null)]
    [InlineData("""{"name":"plain","password":"other"}""", 400, Wrong)]
    [InlineData("""{"name":"unknown","password":"plain"}""", 400, Wrong)]
    [InlineData("""{"name":"plain"}""", 400, "the body has to be {\"name\": \"...\", \"password\": \"...\"}\n")]
    [InlineData("""{"name":"plain","password":7}""", 400, "the body has to be {\"name\": \"...\", \"password\": \"...\"}\n")]
    [InlineData("""{"name":"plain","password":"\ud800"}""", 400, "the body is not JSON\n")]
    [InlineData("[]", 400, "the body has to be {\"name\": \"...\", \"password\": \"...\"}\n")]
    [InlineData("secret", 400, "the body is not JSON\n")]
    public async Task ABody_HasItsResponse(string body, int status, string? text)
    {
        await using AuthNode node = await AuthNode.StartAsync("--enable-grpc-gateway=false");
        (HttpStatusCode code, string response) = await PostAsync(node, body);
        Assert.Equal(status, (int)code);
        if (text is not null)
        {
            Assert.Equal(text, response);
            return;
        }

        string token = JsonDocument.Parse(response).RootElement.GetProperty("token").GetString()!;
        await node.Kv.PutAsync(new PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("p/a") }, AuthNode.Headers(token));
    }

    [Fact]
    public async Task ALongBody_IsRefused()
    {
        await using AuthNode node = await AuthNode.StartAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "the body has more than 16384 bytes\n"), await PostAsync(node, new string(' ', 16385)));
    }

    [Theory]
    [InlineData("X-MetaStore-Dashboard", null)]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task APageOfAnotherSite_IsRefused(string header, string? value)
    {
        await using AuthNode node = await AuthNode.StartAsync();
        (HttpStatusCode code, _) = await PostAsync(node, """{"name":"plain","password":"plain"}""", request =>
        {
            request.Headers.Remove(header);
            if (value is not null)
            {
                request.Headers.Add(header, value);
            }
        });
        Assert.Equal(HttpStatusCode.Forbidden, code);
    }

    [Fact]
    public async Task WrongPasswords_WaitAfterTen_AndKeepNoOneFromReading()
    {
        await using AuthNode node = await AuthNode.StartAsync();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal((HttpStatusCode.BadRequest, Wrong), await PostAsync(node, """{"name":"plain","password":"wrong"}"""));
        }

        // More than there are places for reads.
        Task<(HttpStatusCode Code, string Text)>[] throttled = [.. Enumerable.Range(0, 20).Select(_ => PostAsync(node, """{"name":"plain","password":"wrong"}"""))];
        using var read = new HttpRequestMessage(HttpMethod.Get, "/dashboard/api/keys?prefix=cC8%3D");
        read.Headers.TryAddWithoutValidation("Authorization", node.Plain);
        using HttpResponseMessage keys = await node.Node.Http.SendAsync(read);
        Assert.Equal(HttpStatusCode.OK, keys.StatusCode);

        // Another user of the same address is not slowed down.
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(node, """{"name":"root","password":"root"}""")).Code);

        // Most would wait too long and are refused at once; the others wait for their turn.
        Task<(HttpStatusCode Code, string Text)> first = await Task.WhenAny(throttled);
        Assert.Equal((HttpStatusCode.TooManyRequests, "etcdserver: too many requests\n"), await first);
    }

    [Fact]
    public async Task AnOpenPage_EndsWithItsUser()
    {
        await using AuthNode node = await AuthNode.StartAsync();
        using LiveLines live = await LiveLines.OpenAsync(node.Node, "live", node.Plain);
        Assert.Equal("hello", (await live.NextAsync()).GetProperty("kind").GetString());
        Assert.Equal("look", (await live.NextAsync()).GetProperty("kind").GetString());
        await node.Users.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "plain", Password = "new" }, AuthNode.Headers(node.Root));
        JsonElement line = await live.NextAsync();
        for (; line.GetProperty("kind").GetString() == "look"; line = await live.NextAsync())
        {
        }

        Assert.Equal(("ended", "etcdserver: invalid auth token"), (line.GetProperty("kind").GetString(), line.GetProperty("error").GetString()));
        Assert.Equal(JsonValueKind.Undefined, (await live.NextAsync()).ValueKind);
    }

    private static async Task<(HttpStatusCode Code, string Text)> PostAsync(AuthNode node, string body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/dashboard/api/sign-in")
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Add("X-MetaStore-Dashboard", "1");
        change?.Invoke(request);
        using HttpResponseMessage response = await node.Node.Http.SendAsync(request);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
