namespace MetaStore.Grpc.Server;

/// <summary>What all calls of one listener have in common.</summary>
internal sealed class ServerCallShared(int maxReceiveMessageBytes, ICallGate? gate, IGrpcServerObserver? observer, GrpcServerLog log)
{
    public const string GrpcContentType = "application/grpc";

    /// <summary>Timers take at most 2^32-2 ms; a deadline further away than this is as good as none.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    /// <summary>The text says nothing of the cause, which goes to the log only.</summary>
    public static readonly Status MethodFailed = new(StatusCode.Unknown, "internal error: see the log of the server");

    public int MaxReceiveMessageBytes { get; } = maxReceiveMessageBytes;

    public ICallGate? Gate { get; } = gate;

    public IGrpcServerObserver? Observer { get; } = observer;

    public GrpcServerLog Log { get; } = log;
}
