namespace MetaStore.Client.Endpoints;

/// <summary>Failures of a connection in words: "connection error: cannot connect to 10.0.0.1:2379: Connection refused".</summary>
internal static class TransportText
{
    /// <summary>The text; null when the failure is of one stream of the connection, or none of the transport's.</summary>
    public static string? Of(Exception cause, Uri endpoint)
    {
        var name = endpoint.Scheme == SocketAddress.Scheme ? endpoint.OriginalString : endpoint.Authority;
        var reason = cause.GetBaseException().Message;
        if (UnreachableEndpoint.NothingWasSent(cause))
        {
            return $"connection error: cannot connect to {name}: {reason}";
        }

        for (var inner = cause; inner is not null; inner = inner.InnerException)
        {
            if (inner is HttpProtocolException protocol && IsOfOneStream(protocol))
            {
                return null;
            }
        }

        // A connection that breaks takes the sending of a request's body with it, which looks as if the call had been cancelled.
        return cause is HttpRequestException or IOException or OperationCanceledException ? $"connection error: connection to {name} broke: {reason}" : null;
    }

    /// <summary>
    /// A connection that ends after a GOAWAY, or whose pings are not answered, is the same exception as a stream that is reset; only .NET's text
    /// differs.
    /// </summary>
    private static bool IsOfOneStream(HttpProtocolException exception) => exception.Message.Contains("stream", StringComparison.Ordinal);
}
