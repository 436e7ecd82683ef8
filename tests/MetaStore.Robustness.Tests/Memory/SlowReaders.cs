using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Memory;

/// <summary>Calls whose responses are never read: HTTP/2 flow control keeps them in the server.</summary>
internal sealed class SlowReaders : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { InitialHttp2StreamWindowSize = 65_535 }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly List<HttpResponseMessage> _unread = [];
    private readonly Uri _url;

    public SlowReaders(ClusterNode node, string method) => _url = new Uri(node.ClientUrl, method);

    /// <summary>Sends the request and waits until the server starts to respond.</summary>
    /// <returns>The status of a rejected call; null for a call with a response.</returns>
    public async Task<string?> AskAsync(IMessage request)
    {
        byte[] body = request.ToByteArray();
        byte[] frame = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), body.Length);
        body.CopyTo(frame, 5);
        using var call = new HttpRequestMessage(HttpMethod.Post, _url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        HttpResponseMessage response = await _http.SendAsync(call, HttpCompletionOption.ResponseHeadersRead);
        lock (_unread)
        {
            _unread.Add(response);
        }

        return response.Headers.TryGetValues("grpc-status", out var status)
            ? $"{status.Single()} {Uri.UnescapeDataString(response.Headers.GetValues("grpc-message").Single())}"
            : null;
    }

    /// <summary>All pairs.</summary>
    public static RangeRequest Everything => new() { Key = ByteString.CopyFrom(0), RangeEnd = ByteString.CopyFrom(0) };

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        _unread.ForEach(response => response.Dispose());
        _http.Dispose();
    }
}
