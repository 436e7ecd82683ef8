using MetaStore.Grpc.Server.Connections;

namespace MetaStore.Grpc.Server;

/// <summary>What all calls of one listener have in common.</summary>
internal sealed class ServerCallShared(GrpcServerOptions options, GrpcServerLog log)
{
    public const string GrpcContentType = "application/grpc";

    /// <summary>Timers take at most 2^32-2 ms; a deadline further away than this is as good as none.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    /// <summary>The text says nothing of the cause, which goes to the log only.</summary>
    public static readonly Status MethodFailed = new(StatusCode.Unknown, "internal error: see the log of the server");

    /// <summary>etcd's text for it.</summary>
    public static readonly Status TooManyRequests = new(StatusCode.ResourceExhausted, "etcdserver: too many requests");

    public OpenCalls Calls { get; } = options.Calls;

    public UnreadCalls Unread { get; } = options.Unread;

    public int MaxReceiveMessageBytes { get; } = options.MaxReceiveMessageBytes;

    public ICallGate? Gate { get; } = options.Gate;

    public IGrpcServerObserver? Observer { get; } = options.Observer;

    public GrpcServerLog Log { get; } = log;
}
