using System.Net.Http;
using MetaStore.Grpc;

namespace MetaStore.Client.Endpoints;

/// <summary>Tells "was never sent" from "was sent and nobody knows".</summary>
public static class UnreachableEndpoint
{
    /// <summary>True when no connection could be made, so that the call certainly did not happen.</summary>
    public static bool IsUnreachable(this RpcException failure) =>
        failure.StatusCode == StatusCode.Unavailable
        && failure.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };
}
