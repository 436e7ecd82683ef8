using MetaStore.Server.Dashboard.Pages;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Dashboard.Pages;

public sealed class AssetsTests
{
    private readonly Assets _assets = new();
    private readonly DefaultHttpContext _http = new();
    private readonly MemoryStream _body = new();

    public AssetsTests()
    {
        _http.Response.Body = _body;
        _http.Request.Method = "GET";
    }

    [Theory]
    [InlineData("")]
    [InlineData("Index.html")]
    [InlineData("/index.html")]
    [InlineData("../index.html")]
    [InlineData("index.html/")]
    [InlineData("dashboard/index.html")]
    public async Task OtherNames_AreNoFiles_AndNothingIsWritten(string name)
    {
        Assert.False(await _assets.TryWriteAsync(_http, name));
        Assert.Empty(_http.Response.Headers);
        Assert.Equal(0, _body.Length);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("W/{0}")]
    [InlineData("\"other\", {0}")]
    [InlineData("*")]
    public async Task KnownTag_Is304_WithoutABody(string header)
    {
        string tag = await TagAsync();
        _http.Request.Headers.IfNoneMatch = string.Format(System.Globalization.CultureInfo.InvariantCulture, header, tag);
        Assert.True(await _assets.TryWriteAsync(_http, "index.html"));
        Assert.Equal((304, 0L, tag), (_http.Response.StatusCode, _body.Length, _http.Response.Headers.ETag.ToString()));
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("")]
    public async Task AnotherTag_IsTheWholeFile(string header)
    {
        await TagAsync();
        _http.Request.Headers.IfNoneMatch = header;
        Assert.True(await _assets.TryWriteAsync(_http, "index.html"));
        Assert.Equal((200, _http.Response.ContentLength), (_http.Response.StatusCode, _body.Length));
        Assert.Equal("no-cache", _http.Response.Headers.CacheControl.ToString());
    }

    [Fact]
    public async Task Head_HasTheLength_AndNoBody()
    {
        _http.Request.Method = "HEAD";
        Assert.True(await _assets.TryWriteAsync(_http, "index.html"));
        Assert.True(_http.Response.ContentLength > 100);
        Assert.Equal(0, _body.Length);
    }

    [Fact]
    public async Task Tags_DifferBetweenFiles()
    {
        var tags = new HashSet<string>();
        foreach (string name in _assets.Names)
        {
            var http = new DefaultHttpContext { Request = { Method = "HEAD" } };
            await _assets.TryWriteAsync(http, name);
            Assert.True(tags.Add(http.Response.Headers.ETag.ToString()), name);
        }

        Assert.True(tags.Count > 3);
    }

    private async Task<string> TagAsync()
    {
        var http = new DefaultHttpContext { Request = { Method = "HEAD" } };
        Assert.True(await _assets.TryWriteAsync(http, "index.html"));
        return http.Response.Headers.ETag.ToString();
    }
}
