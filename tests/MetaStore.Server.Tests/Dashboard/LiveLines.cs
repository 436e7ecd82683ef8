using System.Text.Json;
using MetaStore.Server.Tests.Hosting;

namespace MetaStore.Server.Tests.Dashboard;

/// <summary>An open stream of the dashboard, read line by line.</summary>
internal sealed class LiveLines : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _reader;

    private LiveLines(HttpResponseMessage answer, Stream body)
    {
        _answer = answer;
        _reader = new StreamReader(body);
    }

    public static async Task<LiveLines> OpenAsync(SingleNode node, string path, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dashboard/api/" + path);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        HttpResponseMessage answer = await node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        return new LiveLines(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next line; undefined at the end.</summary>
    public async Task<JsonElement> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _reader.ReadLineAsync(patience.Token) is { } line ? JsonDocument.Parse(line).RootElement.Clone() : default;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _answer.Dispose();
    }
}
