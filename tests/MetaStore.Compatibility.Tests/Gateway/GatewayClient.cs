using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Gateway;

/// <summary>Sends requests to the JSON gateway of one member and returns the responses with ids, terms, ports and remaining times masked.</summary>
internal sealed partial class GatewayClient(ProcessCluster cluster) : IDisposable
{
    private readonly HttpClient _http = new(cluster.Security.CreateHandler()) { BaseAddress = cluster.Nodes[0].ClientUrl, Timeout = TimeSpan.FromSeconds(20) };

    public void Dispose() => _http.Dispose();

    /// <summary>Status (412 of etcd 3.4 as the 400 of later ones), type, CORS headers and body as lines of text.</summary>
    internal async Task<string> SendAsync(GatewayRequest request)
    {
        try
        {
            return await AnswerAsync(request);
        }
        catch (HttpRequestException broken)
        {
            return $"no answer: {broken.Message}";
        }
        catch (TaskCanceledException)
        {
            return "no answer in time";
        }
    }

    private async Task<string> AnswerAsync(GatewayRequest request)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Path);
        if (request.Method is "POST" or "PUT" or "PATCH")
        {
            message.Content = new ByteArrayContent(request.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        switch (request.Header.Name)
        {
            case "":
                break;
            case "Content-Type":
                message.Content!.Headers.ContentType = new MediaTypeHeaderValue(request.Header.Value);
                break;
            default:
                message.Headers.Add(request.Header.Name, request.Header.Value);
                break;
        }

        using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        var body = request.StreamLines == 0 ? await response.Content.ReadAsStringAsync() : await LinesAsync(response, request.StreamLines);
        var origin = response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? string.Join(',', values) : "none";
        var status = response.StatusCode == HttpStatusCode.PreconditionFailed ? HttpStatusCode.BadRequest : response.StatusCode;
        var head = $"{(int)status} {response.Content.Headers.ContentType} origin {origin}";
        return request.IsStatusOnly ? head : $"{head}\n{Mask(body)}";
    }

    private static async Task<string> LinesAsync(HttpResponseMessage response, int count)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var lines = new List<string>();
        while (lines.Count < count && await reader.ReadLineAsync(patience.Token) is { } line)
        {
            lines.Add(line);
        }

        return string.Join('\n', lines);
    }

    internal static string Mask(string body)
    {
        body = Ports().Replace(Ids().Replace(body, "\"${name}\":\"*\""), "127.0.0.1:*");
        body = LeaseKeys().Replace(Remaining().Replace(body, "\"TTL\":\"*\""), Sorted);
        return Members().Replace(body, SortedMembers);
    }

    /// <summary>Sorts a lease's keys, which etcd returns in map order.</summary>
    private static string Sorted(Match keys) => $"\"keys\":[{string.Join(',', keys.Groups[1].Value.Split(',').Order(StringComparer.Ordinal))}]";

    /// <summary>Sorts members, which are ordered by their random ids.</summary>
    private static string SortedMembers(Match members) =>
        $"\"members\":[{string.Join(',', Member().Matches(members.Value).Select(member => member.Value).Order(StringComparer.Ordinal))}]";

    /// <summary>An "ID" is a member's when other member fields follow; a lease's ID is chosen by the client.</summary>
    [GeneratedRegex("\"(?<name>cluster_id|member_id)\":\"\\d{15,}\"|\"(?<name>raft_term)\":\"\\d+\"|\"(?<name>ID)\":\"\\d{15,}\"(?=,\"(?:name|peerURLs|isLearner))")]
    private static partial Regex Ids();

    [GeneratedRegex("\"TTL\":\"\\d+\"(?=,\"grantedTTL\")")]
    private static partial Regex Remaining();

    [GeneratedRegex("\"keys\":\\[([^\\]]+)\\]")]
    private static partial Regex LeaseKeys();

    [GeneratedRegex("\"members\":\\[(?:\\{[^}]*\\},?)+\\]")]
    private static partial Regex Members();

    [GeneratedRegex("\\{[^}]*\\}")]
    private static partial Regex Member();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Ports();
}
