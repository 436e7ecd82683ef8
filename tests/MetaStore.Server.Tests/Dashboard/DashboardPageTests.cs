using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Dashboard.Changes;
using MetaStore.Server.Dashboard.Pages;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Dashboard;

/// <summary>The page over HTTP: headers, files, access checks, and the flag that disables it.</summary>
public sealed class DashboardPageTests : IAsyncLifetime
{
    private SingleNode _node = null!;

    public async Task InitializeAsync() => _node = await SingleNode.StartNewAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task EveryFile_IsServedWithItsTypeAndAStrictPolicy()
    {
        foreach (string name in new Assets().Names.Append("").Append("/"))
        {
            using HttpResponseMessage answer = await _node.Http.GetAsync(new Uri(name == "/" ? "/dashboard/" : name.Length == 0 ? "/dashboard" : "/dashboard/" + name, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                Header(answer, "Content-Security-Policy"));
            Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
            Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
            Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
            Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());

            // --cors applies to the JSON gateway only: no other site may read the page.
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
            string type = answer.Content.Headers.ContentType!.MediaType!;
            Assert.Equal(Path.GetExtension(name) switch { ".js" => "text/javascript", ".css" => "text/css", ".svg" => "image/svg+xml", _ => "text/html" }, type);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
            Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AFileThatTheBrowserHas_IsNotSentAgain()
    {
        using HttpResponseMessage first = await _node.Http.GetAsync(new Uri("/dashboard/app.js", UriKind.Relative));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/dashboard/app.js") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using HttpResponseMessage second = await _node.Http.SendAsync(again);
        Assert.Equal((HttpStatusCode.NotModified, 0), (second.StatusCode, (await second.Content.ReadAsByteArrayAsync()).Length));

        using var older = new HttpRequestMessage(HttpMethod.Get, "/dashboard/app.js") { Headers = { IfNoneMatch = { new EntityTagHeaderValue("\"other\"") } } };
        using HttpResponseMessage third = await _node.Http.SendAsync(older);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/dashboard/nothing.js", 404)]
    [InlineData("GET", "/dashboard/../configs/config.yaml", 404)]
    [InlineData("GET", "/dashboard/%2e%2e/%2e%2e/etc/passwd", 404)]
    [InlineData("GET", "/dashboard/..%2f..%2fetc%2fpasswd", 404)]
    [InlineData("GET", "/dashboard/Assets/app.js", 404)]
    [InlineData("GET", "/dashboard/api/", 404)]
    [InlineData("GET", "/dashboardx", 404)]
    [InlineData("HEAD", "/dashboard", 200)]
    [InlineData("HEAD", "/dashboard/api/keys", 200)]
    [InlineData("HEAD", "/dashboard/api/live", 405)]
    [InlineData("HEAD", "/dashboard/api/watch", 405)]
    [InlineData("POST", "/dashboard", 405)]
    [InlineData("POST", "/dashboard/api/keys", 405)]
    [InlineData("GET", "/dashboard/api/batching", 405)]
    [InlineData("GET", "/dashboard/api/keys?prefix=%25", 400)]
    [InlineData("GET", "/dashboard/api/keys?limit=-1", 400)]
    [InlineData("GET", "/dashboard/api/value", 400)]
    [InlineData("GET", "/dashboard/api/value?key=YQ&revision=1", 400)]
    [InlineData("GET", "/dashboard/api/value?key=YQ==&revision=999999", 400)]
    [InlineData("GET", "/dashboard/api/watch?prefix=%25", 400)]
    public async Task OtherRequests_HaveTheirStatus(string method, string path, int expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_node.Url.ToString().TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        using HttpResponseMessage answer = await _node.Http.SendAsync(request);
        Assert.Equal(expected, (int)answer.StatusCode);
    }

    [Fact]
    public async Task SwitchedOff_ThereIsNoPage()
    {
        await using SingleNode node = await SingleNode.StartNewAsync("--enable-dashboard=false");
        foreach (string path in new[] { "/dashboard", "/dashboard/app.js", "/dashboard/api/live", "/dashboard/api/keys" })
        {
            using HttpResponseMessage answer = await node.Http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        using HttpResponseMessage change = await node.Http.SendAsync(Change("{\"settings\":{\"policy\":\"BATCH_POLICY_OFF\"}}", node.Url));
        Assert.Equal(HttpStatusCode.NotFound, change.StatusCode);

        // The other pages are there; a member on a busy machine may be without a leader for a moment.
        await Eventually.TrueAsync(
            async () =>
            {
                using HttpResponseMessage health = await node.Http.GetAsync(new Uri("/health", UriKind.Relative));
                return health.StatusCode == HttpStatusCode.OK;
            },
            TimeSpan.FromSeconds(30), () => "not healthy");
    }

    [Fact]
    public async Task AChange_FromThePage_IsMade_AndNoOther()
    {
        using HttpRequestMessage foreign = Change("{\"settings\":{\"policy\":\"BATCH_POLICY_OFF\"}}", new Uri("http://evil.example"));
        using HttpResponseMessage refused = await _node.Http.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(BatchPolicy.Dynamic, await PolicyAsync());

        using HttpRequestMessage own = Change("{\"settings\":{\"policy\":\"BATCH_POLICY_FIXED\",\"fixed_batch_size\":7}}", _node.Url);
        using HttpResponseMessage made = await _node.Http.SendAsync(own);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        Assert.Contains("\"error\":\"\"", await made.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(BatchPolicy.Fixed, await PolicyAsync());
    }

    [Theory]
    [InlineData("{}", "", 400, "settings")]
    [InlineData("{\"settings\":{\"nothing\":1}}", "", 400, "nothing")]
    [InlineData("no json", "", 400, "")]
    [InlineData("{\"settings\":{}}", "?member=1", 400, "no such member")]
    [InlineData("{\"settings\":{\"min_batch_size\":0}}", "", 200, "min")]
    public async Task AChangeThatMakesNoSense_IsSaidSo(string body, string query, int status, string text)
    {
        using HttpRequestMessage request = Change(body, _node.Url, query);
        using HttpResponseMessage answer = await _node.Http.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(text, await answer.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(BatchPolicy.Dynamic, await PolicyAsync());
    }

    [Fact]
    public async Task AChangeThatIsTooLong_IsNotRead()
    {
        using HttpRequestMessage request = Change("{\"settings\":{}}" + new string(' ', 1 << 20), _node.Url);
        using HttpResponseMessage answer = await _node.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task AHostThatIsNotOnTheList_GetsNoPage()
    {
        await using SingleNode node = await SingleNode.StartNewAsync("--host-whitelist=db.example");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dashboard") { Headers = { Host = "evil.example" } };
        using HttpResponseMessage answer = await node.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    private static HttpRequestMessage Change(string body, Uri origin, string query = "") => new(HttpMethod.Post, "/dashboard/api/batching" + query)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
        Headers = { { "Origin", origin.GetLeftPart(UriPartial.Authority) }, { ChangeGuard.Header, "1" } },
    };

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    private async Task<BatchPolicy> PolicyAsync()
    {
        ServiceMethod get = _node.Host!.Services.Find("/metastore.v1.Batching/Get")!;
        return ((GetBatchingResponse)(await get.InvokeAsync(new GetBatchingRequest(), null, null, new LocalCallContext(get.Path)))!).Settings.Policy;
    }
}
