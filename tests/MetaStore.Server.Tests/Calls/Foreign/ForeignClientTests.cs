using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Calls.Foreign;

/// <summary>gRPC libraries of other languages against this server; their scripts contain the checks.</summary>
public sealed class ForeignClientTests(EchoServer server) : IClassFixture<EchoServer>
{
    [SkippableFact]
    public async Task Grpcio_AllKindsOfCalls_Work()
    {
        Skip.IfNot(await ForeignTool.WorksAsync(ForeignTool.Python, "-c", "import grpc"), "python3-grpcio is not installed");
        await RunAsync(ForeignTool.Python, "grpcio_client.py");
    }

    [SkippableFact]
    public async Task GrpcJs_AllKindsOfCalls_Work()
    {
        Skip.IfNot(await ForeignTool.WorksAsync("node", "-e", "require('@grpc/grpc-js')"), "node or tests/foreign/node_modules is not there (npm ci)");
        await RunAsync("node", "grpc_js_client.js");
    }

    private async Task RunAsync(string program, string script)
    {
        var (exitCode, output) = await ForeignTool.RunAsync(program, [script, server.EndPoint.ToString()]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("all good", output, StringComparison.Ordinal);
        server.Log.AssertQuiet();
    }
}
