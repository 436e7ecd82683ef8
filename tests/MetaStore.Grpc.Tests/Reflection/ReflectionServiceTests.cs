using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;
using MetaStore.Grpc.Client;
using MetaStore.Grpc.Tests.Echoing;
using Alpha = Grpc.Reflection.V1Alpha;

namespace MetaStore.Grpc.Tests.Reflection;

public sealed class ReflectionServiceTests(EchoServer server) : IClassFixture<EchoServer>, IDisposable
{
    private readonly GrpcChannel _channel = new(server.Address);

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task ServerReflectionInfo_V1_TellsServicesFilesAndSymbols()
    {
        var method = new Method<ServerReflectionRequest, ServerReflectionResponse>(ReflectionV1Reflection.Descriptor.Services[0], "ServerReflectionInfo");
        await using var call = _channel.OpenStream(method);
        await call.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        var services = (await call.ReadAsync())!.ListServicesResponse.Service.Select(service => service.Name);
        Assert.Contains("metastore.test.Echo", services);

        await call.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = "metastore.test.Echo.Unary" });
        var file = (await call.ReadAsync())!.FileDescriptorResponse.FileDescriptorProto.Single();
        Assert.Equal("echo.proto", FileDescriptorProto.Parser.ParseFrom(file).Name);

        await call.WriteAsync(new ServerReflectionRequest { FileByFilename = "nope.proto" });
        Assert.Equal((int)StatusCode.NotFound, (await call.ReadAsync())!.ErrorResponse.ErrorCode);
    }

    [Fact]
    public async Task ServerReflectionInfo_V1Alpha_AnswersTheSame()
    {
        var service = Alpha.ReflectionV1AlphaReflection.Descriptor.Services[0];
        var method = new Method<Alpha.ServerReflectionRequest, Alpha.ServerReflectionResponse>(service, "ServerReflectionInfo");
        await using var call = _channel.OpenStream(method);
        await call.WriteAsync(new Alpha.ServerReflectionRequest { FileByFilename = "echo.proto" });
        Assert.Single((await call.ReadAsync())!.FileDescriptorResponse.FileDescriptorProto);
    }
}
