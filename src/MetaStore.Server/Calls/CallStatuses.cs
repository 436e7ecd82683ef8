using System.Globalization;
using Grpc.Core;

namespace MetaStore.Server.Calls;

/// <summary>Statuses that calls end with outside of any service, in grpc-go's and etcd's words, and how they are written.</summary>
internal static class CallStatuses
{
    public const string GrpcContentType = "application/grpc";

    /// <summary>The client's deadline passed; the text is what Go's context package says.</summary>
    public static readonly Status DeadlineExceeded = new(StatusCode.DeadlineExceeded, "context deadline exceeded");

    /// <summary>The client went away or reset the stream.</summary>
    public static readonly Status Cancelled = new(StatusCode.Cancelled, "context canceled");

    /// <summary>The text says nothing of the cause, which goes to the log only.</summary>
    public static readonly Status MethodFailed = new(StatusCode.Unknown, "internal error: see the log of the server");

    /// <summary>What Grpc.AspNetCore says of every exception that is no <see cref="RpcException"/>; clients do not see it.</summary>
    public const string PackageText = "Exception was thrown by handler.";

    /// <summary>etcd's text for it.</summary>
    public static readonly Status TooManyRequests = new(StatusCode.ResourceExhausted, "etcdserver: too many requests");

    private static readonly string[] s_texts =
        [.. Enumerable.Range(0, 17).Select(code => code.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The value of <c>grpc-status</c>.</summary>
    public static string TextOf(StatusCode code) => (uint)code < (uint)s_texts.Length ? s_texts[(int)code] : s_texts[(int)StatusCode.Unknown];

    /// <summary>Whether the call succeeded.</summary>
    public static bool IsOK(this Status status) => status.StatusCode == StatusCode.OK;
}
