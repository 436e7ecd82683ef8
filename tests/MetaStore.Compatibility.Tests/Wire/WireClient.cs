using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Wire;

/// <summary>A minimal gRPC client for unary calls, independent of the product's: an error in both client and server would otherwise not show.</summary>
internal sealed class WireClient : IDisposable
{
    private const int FrameHeaderBytes = 5;

    private readonly HttpClient _http;

    internal WireClient(ClusterNode server) => _http = new HttpClient(server.Security.CreateHandler())
    {
        BaseAddress = server.ClientUrl,
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>Calls "/package.Service/Method" and reads the response.</summary>
    internal async Task<WireAnswer> CallAsync(string method, IMessage request, MessageParser responses)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Content = Frame(request),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var answer = await _http.SendAsync(message);
        var body = await answer.Content.ReadAsByteArrayAsync();
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"{method} answered HTTP {(int)answer.StatusCode}");
        }

        var code = int.Parse(Header(answer, "grpc-status") ?? throw new HttpRequestException($"{method} answered without grpc-status"));
        var text = Uri.UnescapeDataString(Header(answer, "grpc-message") ?? string.Empty);
        return new WireAnswer(code, text, code == 0 ? responses.ParseFrom(Unframe(method, body)) : null);
    }

    public void Dispose() => _http.Dispose();

    private static ByteArrayContent Frame(IMessage request)
    {
        var frame = new byte[FrameHeaderBytes + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - FrameHeaderBytes);
        request.WriteTo(frame.AsSpan(FrameHeaderBytes));
        var content = new ByteArrayContent(frame);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return content;
    }

    private static byte[] Unframe(string method, byte[] body)
    {
        var whole = body.Length >= FrameHeaderBytes && body[0] == 0
            && BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)) == body.Length - FrameHeaderBytes;
        return whole ? body[FrameHeaderBytes..] : throw new HttpRequestException($"{method} did not answer with exactly one plain message");
    }

    // An error without a message is sent as headers only, without trailers.
    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.TrailingHeaders.TryGetValues(name, out var trailers) ? trailers.Single()
        : answer.Headers.TryGetValues(name, out var headers) ? headers.Single() : null;
}
