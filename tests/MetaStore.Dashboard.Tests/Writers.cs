using System.Text;
using MetaStore.Testing.Processes;

namespace MetaStore.Dashboard.Tests;

/// <summary>Puts through a member's JSON gateway: single puts, or many concurrent callers until disposed.</summary>
internal sealed class Writers : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _end = new();
    private readonly Task[] _callers;

    public Writers(ClusterNode member, int callers)
    {
        _http = new HttpClient { BaseAddress = member.ClientUrl };
        _callers = [.. Enumerable.Range(0, callers).Select(RunAsync)];
    }

    /// <summary>One put.</summary>
    public static async Task PutAsync(ClusterNode member, byte[] key, byte[] value)
    {
        using var http = new HttpClient { BaseAddress = member.ClientUrl };
        await PutAsync(http, key, value, CancellationToken.None);
    }

    /// <summary>One delete.</summary>
    public static Task DeleteAsync(ClusterNode member, byte[] key) => PostAsync(member, "deleterange", $"{{\"key\":\"{Convert.ToBase64String(key)}\"}}");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_callers);
        _http.Dispose();
        _end.Dispose();
    }

    private static async Task PostAsync(ClusterNode member, string call, string body)
    {
        using var http = new HttpClient { BaseAddress = member.ClientUrl };
        using HttpResponseMessage answer = await http.PostAsync(new Uri("/v3/kv/" + call, UriKind.Relative), new StringContent(body));
        answer.EnsureSuccessStatusCode();
    }

    private static async Task PutAsync(HttpClient http, byte[] key, byte[] value, CancellationToken stop)
    {
        using var body = new StringContent($"{{\"key\":\"{Convert.ToBase64String(key)}\",\"value\":\"{Convert.ToBase64String(value)}\"}}");
        using HttpResponseMessage answer = await http.PostAsync(new Uri("/v3/kv/put", UriKind.Relative), body, stop);
        answer.EnsureSuccessStatusCode();
    }

    private async Task RunAsync(int caller)
    {
        byte[] key = Encoding.UTF8.GetBytes($"load/{caller}");
        try
        {
            while (true)
            {
                await PutAsync(_http, key, key, _end.Token);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // Ended.
        }
    }
}
