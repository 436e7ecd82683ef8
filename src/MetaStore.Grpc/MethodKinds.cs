using Google.Protobuf.Reflection;

namespace MetaStore.Grpc;

internal static class MethodKinds
{
    public static MethodKind Of(MethodDescriptor method) => (method.IsClientStreaming, method.IsServerStreaming) switch
    {
        (false, false) => MethodKind.Unary,
        (false, true) => MethodKind.ServerStreaming,
        (true, false) => MethodKind.ClientStreaming,
        (true, true) => MethodKind.DuplexStreaming,
    };
}
