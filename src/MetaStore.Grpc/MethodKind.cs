namespace MetaStore.Grpc;

/// <summary>Which side of a call is a stream of messages.</summary>
public enum MethodKind
{
    Unary,
    ServerStreaming,
    ClientStreaming,
    DuplexStreaming,
}
