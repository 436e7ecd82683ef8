using System.Text.Json;
using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests;

/// <summary>The client as users get it: from a package, in a console program on the plain .NET runtime.</summary>
[Collection(nameof(PackageCollection))]
public sealed class ClientPackageTests(Packages packages)
{
    private const string Program = """
        using MetaStore.Client;

        using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(args[0]) with { CommandTimeout = TimeSpan.FromSeconds(20) });
        await client.Kv.PutAsync("packed", "works");
        await using (var held = await client.Lock.AcquireAsync("packed/lock", TimeSpan.FromSeconds(10)))
        {
            Console.WriteLine((await client.Kv.GetAsync("packed"))!.Value.ToStringUtf8());
        }

        try
        {
            await client.Kv.PutAsync("", "");
        }
        catch (Grpc.Core.RpcException refused)
        {
            Console.WriteLine(refused.Status.Detail);
        }
        """;

    [Fact]
    public async Task ConsoleProgram_WithThePackageAlone_WorksWithoutAspNetCore()
    {
        await using var cluster = ProcessCluster.OfMetaStore(1);
        await cluster.StartAsync();
        using var program = new ConsoleProgram(packages.Folder);
        await program.BuildAsync(Program);

        Assert.Equal("works\netcdserver: key is not provided", (await program.RunAsync(cluster.Endpoints)).Trim());

        using var runtime = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(program.Output, "Program.runtimeconfig.json")));
        var framework = runtime.RootElement.GetProperty("runtimeOptions").GetProperty("framework");
        Assert.Equal("Microsoft.NETCore.App", framework.GetProperty("name").GetString());
        Assert.DoesNotContain(Directory.EnumerateFiles(program.Output, "*.dll"), file => Path.GetFileName(file).StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }
}
