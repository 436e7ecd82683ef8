using System.Net.Http;
using Grpc.Core;

namespace MetaStore.Server.Forwarding;

/// <summary>Detects failed calls that certainly reached no server.</summary>
internal static class UnsentCalls
{
    /// <summary>True when no connection could be made: the call was not executed anywhere.</summary>
    public static bool WasNeverSent(this RpcException failed) => failed is { StatusCode: StatusCode.Unavailable, Status.DebugException: HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    } };
}
