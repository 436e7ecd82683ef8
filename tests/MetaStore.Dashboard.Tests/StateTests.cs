using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MetaStore.Dashboard.Tests;

/// <summary>The page in the states of a healthy cluster.</summary>
[Collection(nameof(Cluster))]
public sealed partial class StateTests(Cluster cluster)
{
    [Fact]
    public async Task Page_AsksOnlyTheMember_AndNothingIsRefused()
    {
        await using OpenPage page = await cluster.Chromium.OpenAsync(cluster.First);
        await page.ShowAsync("batching");
        await page.ShowAsync("keys");
        await Expect(page.Page.GetByText("at revision")).ToBeVisibleAsync();
        Assert.NotEmpty(page.Requests);
        Assert.All(page.Requests, url => Assert.StartsWith(cluster.First.ClientUrl.ToString(), url, StringComparison.Ordinal));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Idle_ShowsMembers_LeaderAndSpace()
    {
        await using OpenPage page = await cluster.Chromium.OpenAsync(cluster.First);
        await Expect(page.Health).ToHaveTextAsync("Healthy: 3 members");
        await Expect(page.Tile("Members")).ToHaveTextAsync("3 of 3");
        await Expect(page.Page.Locator(".state", new PageLocatorOptions { HasTextString = "Leader" })).ToHaveCountAsync(1);
        foreach (ClusterNode node in cluster.Nodes)
        {
            await Expect(page.Member(node.Name)).ToContainTextAsync(NameOfLeaderOrFollower());
        }

        await Expect(page.Page.GetByText("No alarm is raised.")).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("of 2 GiB")).ToHaveCountAsync(3);
        await page.ShotAsync("idle-cluster-light-1440");
    }

    [Fact]
    public async Task UnderLoad_AndAfterASwitch_ShowsThem()
    {
        await using OpenPage page = await cluster.Chromium.OpenAsync(cluster.First, "batching", theme: ColorScheme.Dark);
        await using var writers = new Writers(cluster.First, 64);
        await Expect(page.Tile("Puts per second")).ToHaveTextAsync(Positive());
        await Expect(page.Page.Locator("figure", new PageLocatorOptions { HasTextString = "Flush reasons" }).Locator("path.area").First).ToBeAttachedAsync();
        await page.ShotAsync("load-batching-dark-1440");

        // By keyboard, since the page must be usable without a mouse.
        await page.Page.GetByLabel("Mode", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync("fixed");
        await page.Page.GetByLabel("Size (puts)").FillAsync("20");
        await page.Page.GetByLabel("Size (puts)").PressAsync("Enter");
        await Expect(page.Page.GetByText("fixed is in force at")).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Mode in force: fixed" })).ToBeVisibleAsync();
        await Expect(page.Page.Locator(".marktext").First).ToHaveTextAsync("fixed");
        await Expect(page.Tile("Batch size")).ToHaveTextAsync("20");
        await page.ShotAsync("switched-batching-dark-1440");

        // On every member.
        await page.Page.GetByLabel("Member", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = cluster.Nodes[1].Name });
        await Expect(page.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Mode in force: fixed" })).ToBeVisibleAsync();

        await page.Page.GetByLabel("Mode", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync("dynamic");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Apply" }).ClickAsync();
        await Expect(page.Page.GetByText("dynamic is in force at")).ToBeVisibleAsync();
        await page.ShowAsync("cluster");
        await page.ShotAsync("load-cluster-dark-1440");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task SettingsThatAreRefused_AreSaidInTheMembersWords()
    {
        await using OpenPage page = await cluster.Chromium.OpenAsync(cluster.First, "batching");
        await page.Page.GetByLabel("Smallest size (puts)").FillAsync("9000");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Apply" }).ClickAsync();
        ILocator refused = page.Page.Locator(".result").Filter(new LocatorFilterOptions { HasTextRegex = new Regex("min.*max", RegexOptions.IgnoreCase) });
        await Expect(refused).ToHaveAttributeAsync("data-level", "bad");
    }

    [GeneratedRegex("^[1-9]")]
    private static partial Regex Positive();

    [GeneratedRegex("Leader|Follower")]
    private static partial Regex NameOfLeaderOrFollower();
}
