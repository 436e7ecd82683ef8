using MetaStore.Testing.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MetaStore.Dashboard.Tests;

/// <summary>While auth is on the page asks for a user, shows what that user may read, and changes need an administrator.</summary>
[Collection(nameof(Cluster))]
public sealed class SignInTests(Cluster cluster)
{
    [Fact]
    public async Task PageAsksForAUser_AndForgetsItWithAReload()
    {
        await using ProcessCluster members = ProcessCluster.OfMetaStore(1);
        await members.StartAsync();
        ClusterNode member = members.Nodes[0];
        using (var http = new HttpClient { BaseAddress = member.ClientUrl })
        {
            await CallAsync(http, "user/add", """{"name":"root","password":"secret"}""");
            await CallAsync(http, "user/grant", """{"user":"root","role":"root"}""");
            await CallAsync(http, "user/add", """{"name":"plain","password":"secret"}""");
            await CallAsync(http, "enable", "{}");
        }

        await using OpenPage page = await cluster.Chromium.OpenAsync(member);
        ILocator form = page.Page.Locator("#sign-in");
        await Expect(form).ToBeVisibleAsync();
        Assert.Empty(await page.AxeAsync());
        await SignInAsync(page, "root", "wrong");
        await Expect(form).ToContainTextAsync("authentication failed, invalid user ID or password");

        await SignInAsync(page, "plain", "secret");
        await Expect(form).ToBeHiddenAsync();
        await Expect(page.Health).ToHaveTextAsync("Healthy: 1 member");
        await page.ShowAsync("batching");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Apply" }).ClickAsync();
        await Expect(page.Page.GetByText("permission denied")).ToBeVisibleAsync();

        await page.Page.ReloadAsync();
        await Expect(form).ToBeVisibleAsync();
        await SignInAsync(page, "root", "secret");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Apply" }).ClickAsync();
        await Expect(page.Page.Locator(".mode .result")).Not.ToContainTextAsync("permission denied");
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("localStorage.length + sessionStorage.length + document.cookie.length"));
    }

    private static async Task SignInAsync(OpenPage page, string user, string password)
    {
        await page.Page.GetByLabel("User").FillAsync(user);
        await page.Page.GetByLabel("Password").FillAsync(password);
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
    }

    private static async Task CallAsync(HttpClient http, string call, string body)
    {
        using HttpResponseMessage answer = await http.PostAsync("/v3/auth/" + call, new StringContent(body));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
