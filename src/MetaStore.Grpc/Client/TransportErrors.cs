using System.Net;

namespace MetaStore.Grpc.Client;

/// <summary>What failures below gRPC mean in gRPC's terms. Source: "gRPC over HTTP/2", Errors and HTTP2 Transport Mapping.</summary>
internal static class TransportErrors
{
    /// <summary>Whether the request certainly never reached a server, so that sending it elsewhere cannot do it twice.</summary>
    public static bool NothingWasSent(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    };

    public static Status StatusOf(Exception exception, Uri address)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is HttpProtocolException protocol && IsOfOneStream(protocol))
            {
                return OfReset(protocol.ErrorCode);
            }
        }

        var reason = exception.GetBaseException().Message;
        return exception switch
        {
            HttpRequestException when NothingWasSent(exception) =>
                new Status(StatusCode.Unavailable, $"connection error: cannot connect to {address.Authority}: {reason}"),

            // Nobody cancelled (that is looked at before): a connection that breaks takes the sending of a request's body with it.
            HttpRequestException or IOException or OperationCanceledException =>
                new Status(StatusCode.Unavailable, $"connection error: connection to {address.Authority} broke: {reason}"),
            _ => new Status(StatusCode.Internal, reason),
        };
    }

    public static StatusCode OfHttpStatus(HttpStatusCode status) => (int)status switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>
    /// A connection that ends behind a GOAWAY, or whose pings are not answered, is the same exception as a stream that is reset; only .NET's text
    /// tells them apart.
    /// </summary>
    private static bool IsOfOneStream(HttpProtocolException exception) => exception.Message.Contains("stream", StringComparison.Ordinal);

    private static Status OfReset(long errorCode)
    {
        var code = errorCode switch
        {
            0x7 => StatusCode.Unavailable,
            0x8 => StatusCode.Cancelled,
            0xb => StatusCode.ResourceExhausted,
            0xc => StatusCode.PermissionDenied,
            _ => StatusCode.Internal,
        };
        return new Status(code, $"stream terminated by RST_STREAM with error code {errorCode}");
    }
}
