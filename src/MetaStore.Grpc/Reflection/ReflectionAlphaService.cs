using Google.Protobuf;
using global::Grpc.Reflection.V1Alpha;
using V1Request = global::Grpc.Reflection.V1.ServerReflectionRequest;

namespace MetaStore.Grpc.Reflection;

/// <summary>Server reflection, version v1alpha: the same messages under another name, so they are converted as bytes.</summary>
internal sealed class ReflectionAlphaService(DescriptorIndex index)
{
    public async ValueTask ServerReflectionInfo(
        IRequestStream<ServerReflectionRequest> requests, IResponseStream<ServerReflectionResponse> responses, CallContext context)
    {
        while (await requests.ReadAsync() is { } request)
        {
            var answer = index.Answer(V1Request.Parser.ParseFrom(request.ToByteString()));
            await responses.WriteAsync(ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()));
        }
    }
}
