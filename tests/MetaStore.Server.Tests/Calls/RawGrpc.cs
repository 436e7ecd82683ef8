using System.Globalization;
using System.Net;
using Grpc.Core;

namespace MetaStore.Server.Tests.Calls;

/// <summary>Posts arbitrary bytes as a gRPC request and reads the status.</summary>
internal sealed class RawGrpc(Uri address) : IDisposable
{
    public const string MediaType = "application/grpc";
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false });

    public async Task<Status> PostAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body, MediaType, headers);
        await response.Content.ReadAsByteArrayAsync();
        var source = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
        var code = (StatusCode)int.Parse(source.GetValues("grpc-status").Single(), CultureInfo.InvariantCulture);
        var message = source.TryGetValues("grpc-message", out var values) ? values.Single() : "";
        return new Status(code, Uri.UnescapeDataString(message));
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, byte[] body, string contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await _http.SendAsync(request, CancellationToken.None);
        await response.Content.LoadIntoBufferAsync();
        return response;
    }

    public void Dispose() => _http.Dispose();
}
