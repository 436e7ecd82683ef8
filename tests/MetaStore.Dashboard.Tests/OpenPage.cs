using System.Collections.Concurrent;
using System.Text.Json;
using MetaStore.Testing.Processes;
using Microsoft.Playwright;

namespace MetaStore.Dashboard.Tests;

/// <summary>The dashboard in a window; records the page's requests and errors.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    private const string Shots = "METASTORE_SHOTS";

    private static readonly Lazy<string> s_axe = new(() =>
    {
        string path = Path.Combine(Programs.SourceTree, "tests", "foreign", "node_modules", "axe-core", "axe.min.js");
        return File.Exists(path) ? File.ReadAllText(path) : throw new FileNotFoundException("axe-core is not installed, and the tests of the dashboard need it: run make test-deps", path);
    });

    private readonly IBrowserContext _context;
    private readonly Uri _url;

    internal OpenPage(IBrowserContext context, IPage page, Uri url)
    {
        _context = context;
        _url = url;
        Page = page;
        page.Request += (_, request) => Requests.Add(request.Url);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Note(true, error);
    }

    public IPage Page { get; }

    /// <summary>Every requested URL.</summary>
    public ConcurrentBag<string> Requests { get; } = [];

    /// <summary>Errors of scripts and violations of the content security policy.</summary>
    public ConcurrentBag<string> Complaints { get; } = [];

    public ILocator Health => Page.Locator("#health");

    /// <summary>Loads the page and waits for the first refresh.</summary>
    public async Task GoAsync(string view)
    {
        await Page.GotoAsync(new Uri(_url, "/dashboard#" + view).ToString());
        await Assertions.Expect(Health).Not.ToHaveTextAsync("Connecting…");
    }

    public Task ShowAsync(string view) => Page.Locator($"nav a[href='#{view}']").ClickAsync();

    /// <summary>The number with a label.</summary>
    public ILocator Tile(string name) => Page.Locator(".tile:visible").Filter(new LocatorFilterOptions { Has = Page.Locator("dt", new PageLocatorOptions { HasTextString = name }) }).Locator("dd").First;

    /// <summary>The row of a member.</summary>
    public ILocator Member(string name) => Page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = name });

    /// <summary>The violations found by axe, one per line; empty when there are none.</summary>
    public async Task<string[]> AxeAsync()
    {
        await Page.EvaluateAsync(s_axe.Value);
        JsonElement found = (await Page.EvaluateAsync("async () => (await axe.run()).violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.target).join(' ')}`)"))!.Value;
        return [.. found.EnumerateArray().Select(line => line.GetString()!)];
    }

    /// <summary>By how many pixels the page is wider than the window.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");

    /// <summary>Saves a screenshot in the folder METASTORE_SHOTS, if set.</summary>
    public async Task ShotAsync(string name)
    {
        if (Environment.GetEnvironmentVariable(Shots) is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    private void Note(bool isBad, string text)
    {
        if (isBad)
        {
            Complaints.Add(text);
        }
    }
}
