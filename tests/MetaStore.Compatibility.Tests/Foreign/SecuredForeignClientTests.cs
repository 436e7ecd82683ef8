using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Foreign;

/// <summary>Clients of others over TLS as a user, with and without a certificate of their own; their scripts in tests/foreign contain the checks.</summary>
[Collection("processes")]
public sealed class SecuredForeignClientTests(SecuredClusters clusters) : IClassFixture<SecuredClusters>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Program and script of each client, and what the program does when the client is installed.</summary>
    private static readonly Dictionary<string, (string Program, string Script, string[] Probe)> Clients = new()
    {
        ["etcdctl"] = ("bash", "secured_etcdctl.sh", ["-c", "command -v etcdctl"]),
        ["curl"] = ("bash", "secured_curl.sh", ["-c", "command -v curl"]),
        ["grpcio"] = (ForeignTool.Python, "secured_grpcio.py", ["-c", "import grpc"]),
        ["grpc-js"] = ("node", "secured_grpc_js.js", ["-e", "require('@grpc/grpc-js'), require('@grpc/proto-loader')"]),
        ["etcd3"] = ("node", "secured_etcd3.js", ["-e", "require('etcd3')"]),
    };

    [SkippableTheory]
    [InlineData("etcdctl")]
    [InlineData("curl")]
    [InlineData("grpcio")]
    [InlineData("grpc-js")]
    [InlineData("etcd3")]
    public async Task Client_IsServedAsItsUser_AndRefusedWithEtcdsTexts(string client)
    {
        (string program, string script, string[] probe) = Clients[client];
        Skip.If(Programs.Etcdctl is null, "etcdctl, which adds the users, is not installed: run make test-deps");
        Skip.IfNot(await ForeignTool.WorksAsync(program, probe), $"{client} is not installed: run make test-deps");
        await Task.WhenAll(RunAsync(program, script, clusters.ServerOnly), RunAsync(program, script, clusters.Mutual));
    }

    /// <summary>That a client without the authority, or without a certificate, got no further than the handshake, only the members know for sure.</summary>
    private static async Task RunAsync(string program, string script, SecuredCluster cluster)
    {
        Handshakes before = await cluster.HandshakesAsync();
        (int code, string output) = await ForeignTool.RunAsync(program, [script, .. cluster.ClientArguments]);
        Assert.True(code == 0 && output.Contains("all good", StringComparison.Ordinal), $"{string.Join(' ', cluster.ClientArguments)}: {output}");
        Handshakes after = before;
        await Eventually.TrueAsync(
            async () =>
            {
                after = await cluster.HandshakesAsync();
                return after.Failed > before.Failed && after.Refused > before.Refused == cluster.IsMutual;
            },
            Limit, () => $"{before} became {after}");
    }
}
