using System.Net;

namespace MetaStore.Client.Endpoints;

/// <summary>
/// Lets the transport send the body of a request only once. A server that closes a connection may report that it did not process a request;
/// the transport then resends it by itself on another connection. A streamed body is written to the first connection: resent, it would be
/// empty and endless, and a watch would wait for events of a watch that the server has not received. So the call fails, and the watch
/// starts again at its own position.
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
