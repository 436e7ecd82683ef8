using Google.Protobuf.Reflection;
using global::Grpc.Reflection.V1;
using MetaStore.Grpc.Server;

namespace MetaStore.Grpc.Reflection;

/// <summary>
/// Server reflection, version v1: lets tools such as grpcurl find out what a server offers. etcd has none, so a server adds
/// it only when asked to.
/// </summary>
public sealed class ReflectionService
{
    private readonly DescriptorIndex _index;

    private ReflectionService(DescriptorIndex index)
    {
        _index = index;
    }

    /// <summary>Adds both versions of the service to a binder, telling of all services bound before.</summary>
    public static void AddTo(ServiceBinder binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        ServiceDescriptor[] own =
            [ReflectionV1Reflection.Descriptor.Services[0], global::Grpc.Reflection.V1Alpha.ReflectionV1AlphaReflection.Descriptor.Services[0]];
        var index = new DescriptorIndex([.. binder.Services, .. own]);
        binder.Add(own[0], new ReflectionService(index)).Add(own[1], new ReflectionAlphaService(index));
    }

    /// <summary>grpc.reflection.v1.ServerReflection/ServerReflectionInfo.</summary>
    public async ValueTask ServerReflectionInfo(
        IRequestStream<ServerReflectionRequest> requests, IResponseStream<ServerReflectionResponse> responses, CallContext context)
    {
        while (await requests.ReadAsync() is { } request)
        {
            await responses.WriteAsync(_index.Answer(request));
        }
    }
}
