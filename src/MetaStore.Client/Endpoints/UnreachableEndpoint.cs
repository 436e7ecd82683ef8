using Grpc.Core;

namespace MetaStore.Client.Endpoints;

/// <summary>Distinguishes "was never sent" from "was sent, and the outcome is unknown".</summary>
public static class UnreachableEndpoint
{
    /// <summary>True when no connection could be made, so that the call certainly had no effect.</summary>
    public static bool IsUnreachable(this RpcException failure) =>
        failure.StatusCode == StatusCode.Unavailable && failure.Status.DebugException is { } cause && NothingWasSent(cause);

    /// <summary>The same for an exception of the transport.</summary>
    internal static bool NothingWasSent(Exception cause) => cause is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    };
}
