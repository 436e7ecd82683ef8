using MetaStore.Testing.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MetaStore.Dashboard.Tests;

/// <summary>Kills one member, then another, so that there is no leader, then the one that serves the page; and restarts them.</summary>
[Collection(nameof(Cluster))]
public sealed class FailureTests(Cluster cluster)
{
    [Fact]
    public async Task DeadMembers_NoLeader_AndALostConnection_AreShown_AndTheWayBack()
    {
        await using ProcessCluster members = ProcessCluster.OfMetaStore(3);
        await members.StartAsync();
        (ClusterNode first, ClusterNode second, ClusterNode third) = (members.Nodes[0], members.Nodes[1], members.Nodes[2]);
        await using OpenPage page = await cluster.Chromium.OpenAsync(first);
        await Expect(page.Health).ToHaveTextAsync("Healthy: 3 members");

        await second.Process!.KillAsync();
        await Expect(page.Health).ToHaveTextAsync("1 of 3 members down");
        await Expect(page.Member(second.Name)).ToContainTextAsync("Down");
        await Expect(page.Member(second.Name)).ToContainTextAsync("Connection refused");
        await Expect(page.Tile("Members")).ToHaveTextAsync("2 of 3");
        Assert.Empty(await page.AxeAsync());
        await page.ShotAsync("dead-member-light-1440");

        await third.Process!.KillAsync();
        await Expect(page.Health).ToHaveTextAsync("No leader");
        await Expect(page.Tile("Leader")).ToHaveTextAsync("none");
        await Expect(page.Page.Locator("#banner")).ToContainTextAsync("1 of 3 voting members respond and 2 are needed");
        Assert.Empty(await page.AxeAsync());
        await page.ShotAsync("no-leader-light-1440");

        // Keys can be read without a leader.
        await page.ShowAsync("keys");
        await Expect(page.Page.GetByText("at revision")).ToBeVisibleAsync();
        await page.ShowAsync("cluster");

        await first.Process!.KillAsync();
        await Expect(page.Health).ToHaveTextAsync("Not connected");
        foreach (ClusterNode node in members.Nodes)
        {
            members.Launch(node);
        }

        await Expect(page.Health).ToHaveTextAsync("Healthy: 3 members");
        await Expect(page.Tile("Members")).ToHaveTextAsync("3 of 3");
    }
}
