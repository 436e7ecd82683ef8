using System.Collections.Concurrent;
using System.Net.Http;

namespace MetaStore.Client.Tests.Ecosystem;

/// <summary>A custom handler that records one header of each request.</summary>
internal sealed class HeaderRecorder(string name) : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>The header's value in each request so far, in order; null where it was missing.</summary>
    public ConcurrentQueue<string?> Values { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Values.Enqueue(request.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null);
        return base.SendAsync(request, cancellationToken);
    }
}
