using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MetaStore.Dashboard.Tests;

/// <summary>The key browser, with hostile keys and values.</summary>
[Collection(nameof(Cluster))]
public sealed class KeyTests(Cluster cluster)
{
    [Fact]
    public async Task AKey_ShowsItsValueAsJson_ItsHistory_AndItsChanges()
    {
        byte[] key = "orders/17"u8.ToArray();
        await Writers.PutAsync(cluster.First, key, "first"u8.ToArray());
        await Writers.DeleteAsync(cluster.First, key);
        await Writers.PutAsync(cluster.First, key, "{\"id\":12345678901234567890,\"tags\":[\"<b>a</b>\"]}"u8.ToArray());
        await using OpenPage page = await cluster.Chromium.OpenAsync(cluster.First, "keys");
        await page.Page.GetByLabel("Prefix").FillAsync("orders/");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show", Exact = true }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "orders/17" }).ClickAsync();

        // Numbers are shown as stored.
        await Expect(page.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Value" })).ToHaveTextAsync(
            "{\n  \"id\": 12345678901234567890,\n  \"tags\": [\n    \"<b>a</b>\"\n  ]\n}");
        ILocator history = page.Page.GetByRole(AriaRole.Table, new PageGetByRoleOptions { Name = "History" }).GetByRole(AriaRole.Row);
        await Expect(history).ToHaveCountAsync(4);
        await Expect(history.Nth(1)).ToContainTextAsync("created");
        await Expect(history.Nth(2)).ToContainTextAsync("deleted");
        await Expect(history.Nth(3)).ToContainTextAsync("first");
        await history.Nth(3).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Value" })).ToHaveTextAsync("first");

        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Follow changes" }).ClickAsync();
        await Expect(page.Page.GetByText("Following.")).ToBeVisibleAsync();
        await Writers.PutAsync(cluster.First, "elsewhere"u8.ToArray(), "x"u8.ToArray());
        await Writers.PutAsync(cluster.First, "orders/18"u8.ToArray(), "<script>alert(1)</script>"u8.ToArray());
        await Writers.DeleteAsync(cluster.First, key);
        ILocator tail = page.Page.Locator(".tail li");
        await Expect(tail).ToHaveCountAsync(2);
        await Expect(tail.Nth(0)).ToContainTextAsync("DELETE");
        await Expect(tail.Nth(1)).ToContainTextAsync("<script>alert(1)</script>");
        await page.ShotAsync("key-with-history-light-1440");
        Assert.Empty(await page.AxeAsync());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task HostileKeysAndValues_AreText()
    {
        const string markup = "hostile/<img src=x onerror=\"document.title='owned'\">";
        byte[][] keys = [Encoding.UTF8.GetBytes(markup), Encoding.UTF8.GetBytes("hostile/\u202egpj.exe"), [.. "hostile/"u8, 0, 255, 254], [.. "hostile/"u8, .. new byte[3000]]];
        foreach (byte[] key in keys)
        {
            await Writers.PutAsync(cluster.First, key, Encoding.UTF8.GetBytes("<script>document.title='owned'</script>" + new string('x', 200_000)));
        }

        await using OpenPage page = await cluster.Chromium.OpenAsync(cluster.First, "keys", width: 360);
        await page.Page.GetByLabel("Prefix").FillAsync("hostile/");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show", Exact = true }).ClickAsync();
        await Expect(page.Page.GetByText("4 keys, 1 to 4 shown")).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = @"hostile/\xe2\x80\xaegpj.exe" })).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = @"hostile/\x00\xff\xfe" })).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = markup }).ClickAsync();
        await Expect(page.Page.GetByText("the first 64 KiB shown")).ToBeVisibleAsync();
        Assert.DoesNotContain("owned", await page.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.Page.Locator("main img, main script").CountAsync());
        await Expect(page.Page.GetByText("(3,008 bytes)")).ToBeVisibleAsync();
        Assert.Equal(0, await page.OverflowAsync());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task ManyKeys_ComeInPages()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 120), async (i, _) => await Writers.PutAsync(cluster.First, Encoding.UTF8.GetBytes($"page/{i:d3}"), []));
        await using OpenPage page = await cluster.Chromium.OpenAsync(cluster.First, "keys");
        await page.Page.GetByLabel("Prefix").FillAsync("page/");
        await page.Page.GetByLabel("Prefix").PressAsync("Enter");
        await Expect(page.Page.GetByText("120 keys, 1 to 50 shown")).ToBeVisibleAsync();
        ILocator next = page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Next" });
        await next.ClickAsync();
        await Expect(page.Page.GetByText("120 keys, 51 to 100 shown")).ToBeVisibleAsync();
        await next.ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "page/119" })).ToBeVisibleAsync();
        await Expect(next).ToBeDisabledAsync();
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Previous" }).ClickAsync();
        await Expect(page.Page.GetByText("120 keys, 51 to 100 shown")).ToBeVisibleAsync();
    }
}
