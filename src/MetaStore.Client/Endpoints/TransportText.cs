namespace MetaStore.Client.Endpoints;

/// <summary>Describes connection failures: "connection error: cannot connect to 10.0.0.1:2379: Connection refused".</summary>
internal static class TransportText
{
    /// <summary>The text; null when the failure concerns one stream only, or is not the transport's.</summary>
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

        // A broken connection also aborts the request body, which looks like a cancelled call.
        return cause is HttpRequestException or IOException or OperationCanceledException ? $"connection error: connection to {name} broke: {reason}" : null;
    }

    /// <summary>
    /// A connection that ends after a GOAWAY, or whose pings are not answered, throws the same exception as a reset stream; only .NET's text differs.
    /// </summary>
    private static bool IsOfOneStream(HttpProtocolException exception) => exception.Message.Contains("stream", StringComparison.Ordinal);
}
