using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MetaStore.Dashboard.Tests;

/// <summary>Accessibility: screen reader, keyboard, narrow and wide windows, light and dark mode.</summary>
[Collection(nameof(Cluster))]
public sealed class AccessTests(Cluster cluster)
{
    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(900, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    public async Task EveryView_HasNoViolation_AndFitsTheWindow(int width, ColorScheme theme)
    {
        await using OpenPage page = await cluster.Chromium.OpenAsync(cluster.First, width: width, theme: theme);
        foreach (string view in new[] { "cluster", "batching", "keys" })
        {
            await page.ShowAsync(view);
            await Expect(page.Page.Locator($"#view-{view}")).ToBeVisibleAsync();
            Assert.Equal(("", 0), (string.Join('\n', await page.AxeAsync()), await page.OverflowAsync()));
            await page.ShotAsync($"{view}-{theme.ToString().ToLowerInvariant()}-{width}");
        }
    }

    [Fact]
    public async Task WithTheKeyboardAlone_EverythingIsReached()
    {
        await using OpenPage page = await cluster.Chromium.OpenAsync(cluster.First);
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(page.Page.GetByText("Skip to content")).ToBeFocusedAsync();
        await TabToAsync(page, "Keys");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByLabel("Prefix")).ToBeVisibleAsync();
        await TabToAsync(page, "Theme: system");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Theme: light" })).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(page.Page.GetByLabel("Prefix")).ToBeFocusedAsync();
        await TabToAsync(page, "Follow changes");
        await page.Page.Keyboard.PressAsync("Space");
        await Expect(page.Page.GetByText("Following.")).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Stop" })).ToBeFocusedAsync();
    }

    private static async Task TabToAsync(OpenPage page, string text)
    {
        for (int i = 0; i < 80; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            if (await page.Page.EvaluateAsync<string>("document.activeElement.textContent") == text)
            {
                return;
            }
        }

        Assert.Fail($"\"{text}\" is not reached with the Tab key");
    }
}
