using MetaStore.Server.Gateway;
using MetaStore.Server.Listening;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Gateway;

/// <summary>Which hosts and web origins may call: a page of another site must not reach the store through a user's browser.</summary>
public sealed class AccessTests : IHttpFallback
{
    private int _handled;

    Task IHttpFallback.HandleAsync(HttpContext context)
    {
        _handled++;
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("db.example", "db.example", true)]
    [InlineData("db.example", "DB.Example:2379", true)]
    [InlineData("*", "anything", true)]
    [InlineData("", "anything", true)]
    [InlineData("db.example", "evil.example", false)]
    [InlineData("db.example", "db.example.evil", false)]
    [InlineData("db.example", "", false)]
    public async Task Host_MustBeOnTheList(string list, string host, bool passes)
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString(host);
        await new HostAccess(list.Length == 0 ? [] : [list], this).HandleAsync(context);
        Assert.Equal((passes ? 1 : 0, passes ? 200 : 421), (_handled, context.Response.StatusCode));
    }

    [Theory]
    [InlineData("https://a", "https://a", "https://a")]
    [InlineData("*", "https://b", "*")]
    [InlineData("*", null, "*")]
    [InlineData("https://a", "https://b", null)]
    [InlineData("https://a", "https://A", null)]
    [InlineData("https://a", null, null)]
    [InlineData("", "https://a", null)]
    public async Task Origin_IsAllowedByHeader_AndNoneIsRefused(string list, string? origin, string? allowed)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.Headers.Origin = origin;
        await new OriginAccess(list.Length == 0 ? [] : [list], this).HandleAsync(context);
        Assert.Equal(1, _handled);
        Assert.Equal(allowed, (string?)context.Response.Headers.AccessControlAllowOrigin);
    }

    /// <summary>The browser asks before the call: the answer is the headers, and nothing runs.</summary>
    [Fact]
    public async Task Preflight_IsAnsweredHere()
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "OPTIONS";
        context.Request.Headers.Origin = "https://a";
        await new OriginAccess(["https://a"], this).HandleAsync(context);
        Assert.Equal(0, _handled);
        Assert.Contains("authorization", context.Response.Headers.AccessControlAllowHeaders.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallPlaces_OneMoreThanThereAre_WaitsOrIsCancelled()
    {
        var places = new CallPlaces(2);
        IDisposable first = await places.TakeAsync(default);
        using IDisposable second = await places.TakeAsync(default);
        using var left = new CancellationTokenSource();
        Task<IDisposable> third = places.TakeAsync(default).AsTask(), gone = places.TakeAsync(left.Token).AsTask();
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third.WaitAsync(TimeSpan.FromSeconds(20))).Dispose();
        using IDisposable fourth = await places.TakeAsync(default).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    }
}
