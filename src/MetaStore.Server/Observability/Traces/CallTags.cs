using System.Diagnostics;
using Grpc.Core;
using MetaStore.IO.Text;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Observability.Traces;

/// <summary>Attributes of a call's span. Source: OpenTelemetry's conventions for RPC and gRPC, as etcd's instrumentation writes them.</summary>
internal static class CallTags
{
    /// <summary>The attributes that are known when the call arrives.</summary>
    /// <param name="span">The call's.</param>
    /// <param name="method">The method called.</param>
    /// <param name="peer">Address of the client as host:port, or another name for where the call came from.</param>
    public static void Set(Activity span, ServiceMethod method, string peer)
    {
        span.SetTag("rpc.system", "grpc");
        span.SetTag("rpc.service", method.ServiceName);
        span.SetTag("rpc.method", method.Name);
        int colon = peer.LastIndexOf(':');
        if (colon > 0 && DecimalDigits.TryParse(peer.AsSpan(colon + 1), out int port))
        {
            span.SetTag("network.peer.address", peer[..colon].Trim('[', ']'));
            span.SetTag("network.peer.port", port);
        }
    }

    /// <summary>Ends a span with the call's status.</summary>
    public static void End(Activity span, StatusCode code)
    {
        if (span.IsAllDataRequested)
        {
            span.SetTag("rpc.grpc.status_code", (int)code);
            if (IsServersFault(code))
            {
                span.SetStatus(ActivityStatusCode.Error, code.ToString());
            }
        }

        span.Dispose();
    }

    /// <summary>A status that a client causes, such as NotFound, is no error of the server.</summary>
    private static bool IsServersFault(StatusCode code) =>
        code is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss;
}
