using System.Reflection;
using MetaStore.Testing.Processes;
using Microsoft.Playwright;

namespace MetaStore.Dashboard.Tests;

/// <summary>The distribution's Chromium, headless, shared by all tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Timeout in milliseconds for conditions, long enough for a busy machine.</summary>
    private const float Patience = 30_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        string chromium = OnPath("chromium") ?? throw new InvalidOperationException("chromium is not installed, and the tests of the dashboard need it: run make test-deps");

        // The package brings a node of the version it needs; Debian's may be older.
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", typeof(Chromium).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PlaywrightPackage").Value);
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    /// <summary>Opens a member's dashboard in a new window.</summary>
    public async Task<OpenPage> OpenAsync(ClusterNode member, string view = "cluster", int width = 1440, ColorScheme theme = ColorScheme.Light)
    {
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = theme,
        });
        context.SetDefaultTimeout(Patience);
        var page = new OpenPage(context, await context.NewPageAsync(), member.ClientUrl);
        await page.GoAsync(view);
        return page;
    }

    public async Task DisposeAsync()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
    }

    private static string? OnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
