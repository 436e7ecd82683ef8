using System.Net;

namespace MetaStore.Client.Endpoints;

/// <summary>
/// Lets the transport send the body of a request once. A server that closes a connection may say that it never took a request on; the transport
/// then sends it again, on another connection, by itself. A body that is written message by message has its writer at the first connection: sent
/// again it would be empty and without end, and a watch would wait for events of a watch that the server has never heard of. So the call fails,
/// and the watch begins again at its own position.
/// </summary>
internal sealed class SentOnceHandler(HttpMessageHandler transport) : DelegatingHandler(transport)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            request.Content = new SentOnceContent(content);
        }

        return base.SendAsync(request, cancellationToken);
    }

    private sealed class SentOnceContent : HttpContent
    {
        private readonly HttpContent _content;
        private int _begun;

        public SentOnceContent(HttpContent content)
        {
            _content = content;
            Headers.ContentType = content.Headers.ContentType;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            Interlocked.Exchange(ref _begun, 1) == 0
                ? _content.CopyToAsync(stream, context, cancellationToken)
                : Task.FromException(new HttpRequestException("the server has closed the connection before it took on the call"));

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _content.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
