using MetaStore.Cli.Pages;
using MetaStore.Client;

namespace MetaStore.Cli.Tests.Pages;

public sealed class MemberPagesTests
{
    private const string Metrics = """
        # HELP process_resident_memory_bytes Resident memory size in bytes.
        # TYPE process_resident_memory_bytes gauge
        process_resident_memory_bytes 2.3592960e+07
        process_resident_memory_bytes_max 7
        calls{method="a"} 3
        calls{method="b c"} 4
        broken twelve
        infinite +Inf
        stamped 5 1395066363000

        """;

    [Theory]
    [InlineData("process_resident_memory_bytes", 23592960.0)]
    [InlineData("calls", 7.0)]
    [InlineData("call", null)]
    [InlineData("process_resident_memory", null)]
    [InlineData("broken", null)]
    [InlineData("infinite", double.PositiveInfinity)]
    [InlineData("stamped", 5.0)]
    public void Value_IsTheSumOverTheLabels(string name, double? expected) => Assert.Equal(expected, MemberPages.Value(Metrics, name));

    [Fact]
    public async Task Page_OfAnUnhealthyMember_IsReadToo()
    {
        await using var server = new PageServer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nsick");
        using var pages = new MemberPages(new MetaStoreClientOptions());
        Assert.Equal("sick", await pages.GetAsync(server.Url, "/health", CancellationToken.None));
        Assert.StartsWith("GET /health HTTP/1.1\r\n", await server.RequestAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        await using var server = new PageServer("HTTP/1.1 302 Found\r\nLocation: http://203.0.113.1/\r\nContent-Length: 5\r\n\r\nmoved");
        using var pages = new MemberPages(new MetaStoreClientOptions());
        Assert.Equal("moved", await pages.GetAsync(server.Url, "/metrics", CancellationToken.None));
    }

    [Fact]
    public async Task Page_LargerThanAnyMembers_IsRefused()
    {
        await using var server = new PageServer("HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n");
        using var pages = new MemberPages(new MetaStoreClientOptions());
        Assert.Contains("67108864", (await Assert.ThrowsAsync<HttpRequestException>(() => pages.GetAsync(server.Url, "/metrics", CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoAnswer_EndsWithTheTimeout_AndACallersTokenIsThrown()
    {
        await using var server = new PageServer(answer: null);
        using var pages = new MemberPages(new MetaStoreClientOptions { CommandTimeout = TimeSpan.FromMilliseconds(200) });
        Assert.Equal("no answer within 0.2 s", (await Assert.ThrowsAsync<HttpRequestException>(() => pages.GetAsync(server.Url, "/metrics", CancellationToken.None))).Message);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pages.GetAsync(server.Url, "/metrics", stop.Token));
    }
}
