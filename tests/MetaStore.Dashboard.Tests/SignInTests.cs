using System.Text.Json;
using MetaStore.Testing.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MetaStore.Dashboard.Tests;

/// <summary>While auth is on the page asks for a user, shows what that user may read, and changes need an administrator.</summary>
[Collection(nameof(Cluster))]
public sealed class SignInTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ProcessCluster _members = ProcessCluster.OfMetaStore(1, "--bcrypt-cost=4");

    private ClusterNode Member => _members.Nodes[0];

    public async Task InitializeAsync()
    {
        await _members.StartAsync();
        await CallAsync("kv/put", """{"key":"cC9h","value":"cGxhaW4="}""");
        await CallAsync("kv/put", """{"key":"cm9vdC1vbmx5","value":"cm9vdA=="}""");
        await CallAsync("auth/user/add", """{"name":"root","password":"secret"}""");
        await CallAsync("auth/user/grant", """{"user":"root","role":"root"}""");
        await CallAsync("auth/user/add", """{"name":"plain","password":"secret"}""");
        await CallAsync("auth/role/add", """{"name":"plain"}""");
        await CallAsync("auth/role/grant", """{"name":"plain","perm":{"permType":"READ","key":"cC8=","range_end":"cDA="}}""");
        await CallAsync("auth/user/grant", """{"user":"plain","role":"plain"}""");
        await CallAsync("auth/enable", "{}");
    }

    public async Task DisposeAsync() => await _members.DisposeAsync();

    [Theory]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    public async Task TheForm_AndThePageWithAUser_HaveNoViolation_AndFitTheWindow(int width, ColorScheme theme)
    {
        await using OpenPage page = await cluster.Chromium.OpenAsync(Member, width: width, theme: theme);
        await Expect(Form(page)).ToBeVisibleAsync();
        await Expect(page.Page.GetByLabel("User")).ToBeFocusedAsync();
        await Expect(page.Page.Locator("#view-cluster")).ToBeHiddenAsync();
        await NoViolationAsync(page);
        await page.ShotAsync($"sign-in-{width}");

        await SignInAsync(page, "root", "wrong");
        await Expect(Form(page)).ToContainTextAsync("authentication failed, invalid user ID or password");
        await Expect(page.Page.GetByLabel("Password")).ToHaveValueAsync("");
        await NoViolationAsync(page);

        await SignInAsync(page, "root", "secret");
        foreach (string view in new[] { "cluster", "batching", "keys" })
        {
            await page.ShowAsync(view);
            await Expect(page.Page.Locator($"#view-{view}")).ToBeVisibleAsync();
            await Expect(page.Health).ToHaveTextAsync("Healthy: 1 member");
            await NoViolationAsync(page);
            await page.ShotAsync($"signed-in-{view}-{width}");
        }
    }

    [Fact]
    public async Task AUser_SeesItsOwnKeys_ChangesNothing_AndSignsOut()
    {
        await using OpenPage page = await cluster.Chromium.OpenAsync(Member, "keys");
        await Expect(Form(page)).ToBeVisibleAsync();
        await SignInAsync(page, "plain", "secret");
        await Expect(Form(page)).ToBeHiddenAsync();
        await Expect(page.Page.Locator("#view-keys").GetByText("permission denied")).ToBeVisibleAsync();
        await page.Page.GetByLabel("Prefix").FillAsync("p/");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show" }).ClickAsync();
        await Expect(page.Page.GetByText("p/a")).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("root-only")).ToHaveCountAsync(0);
        await page.ShowAsync("batching");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Apply" }).ClickAsync();
        await Expect(page.Page.Locator(".mode .result")).ToContainTextAsync("permission denied");
        await NothingStoredAsync(page);

        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();
        await Expect(Form(page)).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("p/a")).ToHaveCountAsync(0);

        await SignInAsync(page, "root", "secret");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Apply" }).ClickAsync();
        await Expect(page.Page.Locator(".mode .result")).ToContainTextAsync("is in force at");
        await page.ShowAsync("keys");
        await Expect(page.Page.GetByText("root-only")).ToBeVisibleAsync();
        await NothingStoredAsync(page);
        Assert.DoesNotContain(page.Requests, url => url.Contains("secret", StringComparison.Ordinal) || url.Contains("token", StringComparison.Ordinal));
        Assert.DoesNotContain(page.Complaints, text => text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task ATokenThatHasEnded_ShowsTheFormAgain()
    {
        await using OpenPage page = await cluster.Chromium.OpenAsync(Member);
        await SignInAsync(page, "plain", "secret");
        await Expect(page.Health).ToHaveTextAsync("Healthy: 1 member");
        await CallAsRootAsync("auth/user/changepw", """{"name":"plain","password":"changed"}""");
        await Expect(Form(page)).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" })).ToHaveCountAsync(0);
        await SignInAsync(page, "plain", "changed");
        await Expect(page.Health).ToHaveTextAsync("Healthy: 1 member");
    }

    [Fact]
    public async Task ATokenThatExpires_ShowsTheFormAgain()
    {
        string key = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(key, "a key of a test, which has more than 32 bytes");
            await using ProcessCluster members = ProcessCluster.OfMetaStore(1, "--bcrypt-cost=4", $"--auth-token=jwt,sign-method=HS256,priv-key={key},ttl=15s");
            await members.StartAsync();
            await CallAsync("auth/user/add", """{"name":"root","password":"secret"}""", at: members.Nodes[0]);
            await CallAsync("auth/user/grant", """{"user":"root","role":"root"}""", at: members.Nodes[0]);
            await CallAsync("auth/enable", "{}", at: members.Nodes[0]);
            await using OpenPage page = await cluster.Chromium.OpenAsync(members.Nodes[0]);
            await SignInAsync(page, "root", "secret");
            await Expect(page.Health).ToHaveTextAsync("Healthy: 1 member");
            await Expect(Form(page)).ToBeVisibleAsync();
        }
        finally
        {
            File.Delete(key);
        }
    }

    [Fact]
    public async Task UsersThatAreNotCheckedAnyMore_TakeTheFormAway()
    {
        await using OpenPage page = await cluster.Chromium.OpenAsync(Member);
        await Expect(Form(page)).ToBeVisibleAsync();
        await CallAsRootAsync("auth/disable", "{}");
        await Expect(page.Health).ToHaveTextAsync("Healthy: 1 member");
        await Expect(Form(page)).ToBeHiddenAsync();
    }

    private static ILocator Form(OpenPage page) => page.Page.Locator("#sign-in");

    private static async Task NoViolationAsync(OpenPage page) =>
        Assert.Equal(("", 0), (string.Join('\n', await page.AxeAsync()), await page.OverflowAsync()));

    private static async Task NothingStoredAsync(OpenPage page) =>
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("localStorage.length + sessionStorage.length + document.cookie.length"));

    private static async Task SignInAsync(OpenPage page, string user, string password)
    {
        await page.Page.GetByLabel("User").FillAsync(user);
        await page.Page.GetByLabel("Password").FillAsync(password);
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
    }

    private async Task CallAsRootAsync(string call, string body)
    {
        string token = await CallAsync("auth/authenticate", """{"name":"root","password":"secret"}""");
        await CallAsync(call, body, JsonDocument.Parse(token).RootElement.GetProperty("token").GetString());
    }

    private async Task<string> CallAsync(string call, string body, string? token = null, ClusterNode? at = null)
    {
        using var http = new HttpClient { BaseAddress = (at ?? Member).ClientUrl };
        if (token is not null)
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", token);
        }

        using HttpResponseMessage response = await http.PostAsync("/v3/" + call, new StringContent(body));
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }
}
