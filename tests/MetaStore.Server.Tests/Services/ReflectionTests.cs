using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Reflection.V1;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Server.Tests.Hosting;
using Alpha = Grpc.Reflection.V1Alpha;

namespace MetaStore.Server.Tests.Services;

public sealed class ReflectionTests(EchoServer server) : IClassFixture<EchoServer>, IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(server.Address);

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task ServerReflectionInfo_V1_ReturnsServicesFilesAndSymbols()
    {
        using var call = new ServerReflection.ServerReflectionClient(_channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        var services = (await call.ResponseStream.ReadAsync())!.ListServicesResponse.Service.Select(service => service.Name);
        Assert.Superset(
            new HashSet<string> { "metastore.test.Echo", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection" },
            services.ToHashSet());

        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = "metastore.test.Echo.Unary" });
        var file = (await call.ResponseStream.ReadAsync())!.FileDescriptorResponse.FileDescriptorProto.Single();
        Assert.Equal("echo.proto", FileDescriptorProto.Parser.ParseFrom(file).Name);

        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileByFilename = "nope.proto" });
        Assert.Equal((int)StatusCode.NotFound, (await call.ResponseStream.ReadAsync())!.ErrorResponse.ErrorCode);
    }

    [Fact]
    public async Task ServerReflectionInfo_V1Alpha_AnswersTheSame()
    {
        using var call = new Alpha.ServerReflection.ServerReflectionClient(_channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new Alpha.ServerReflectionRequest { FileByFilename = "echo.proto" });
        Assert.Single((await call.ResponseStream.ReadAsync())!.FileDescriptorResponse.FileDescriptorProto);
    }
}
