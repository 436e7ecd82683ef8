using System.Globalization;
using Grpc.Core;

namespace MetaStore.Server.Calls;

/// <summary>Statuses that calls end with outside of any service, with the texts of grpc-go and etcd, and their encoding.</summary>
internal static class CallStatuses
{
    public const string GrpcContentType = "application/grpc";

    /// <summary>The client's deadline passed; the text is that of Go's context package.</summary>
    public static readonly Status DeadlineExceeded = new(StatusCode.DeadlineExceeded, "context deadline exceeded");

    /// <summary>The client disconnected or reset the stream.</summary>
    public static readonly Status Cancelled = new(StatusCode.Cancelled, "context canceled");

    /// <summary>The cause is not in the text; it is only logged.</summary>
    public static readonly Status MethodFailed = new(StatusCode.Unknown, "internal error: see the log of the server");

    /// <summary>Grpc.AspNetCore's text for every exception other than <see cref="RpcException"/>; never sent to clients.</summary>
    public const string PackageText = "Exception was thrown by handler.";

    /// <summary>etcd's text.</summary>
    public static readonly Status TooManyRequests = new(StatusCode.ResourceExhausted, "etcdserver: too many requests");

    private static readonly string[] s_texts =
        [.. Enumerable.Range(0, 17).Select(code => code.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The value of <c>grpc-status</c>.</summary>
    public static string TextOf(StatusCode code) => (uint)code < (uint)s_texts.Length ? s_texts[(int)code] : s_texts[(int)StatusCode.Unknown];

    /// <summary>Whether the call succeeded.</summary>
    public static bool IsOK(this Status status) => status.StatusCode == StatusCode.OK;
}
