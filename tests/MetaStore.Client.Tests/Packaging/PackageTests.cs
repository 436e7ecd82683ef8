using System.IO.Compression;
using System.Text.Json;
using MetaStore.Client.Tests.Processes;

namespace MetaStore.Client.Tests.Packaging;

/// <summary>The client as users get it: from a package, in a console program on the plain .NET runtime.</summary>
[Collection(nameof(OneAtATime))]
public sealed class PackageTests(SingleNode node)
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
        using var packed = new PackedClient();
        await packed.PackAsync();
        await packed.BuildAsync(Program);

        Assert.Equal("works\netcdserver: key is not provided", (await packed.RunAsync(node.Endpoint)).Trim());

        using var runtime = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(packed.Output, "Program.runtimeconfig.json")));
        var framework = runtime.RootElement.GetProperty("runtimeOptions").GetProperty("framework");
        Assert.Equal("Microsoft.NETCore.App", framework.GetProperty("name").GetString());
        Assert.DoesNotContain(Directory.EnumerateFiles(packed.Output, "*.dll"), file => Path.GetFileName(file).StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        Assert.DoesNotContain(Directory.EnumerateFiles(packed.Output, "*.dll"), file => Path.GetFileName(file) == "MetaStore.Grpc.dll");
        var files = FilesOf(packed.Packages, "MetaStore.Client.*.nupkg");
        Assert.All((string[])["net8.0", "net10.0"], framework => Assert.Contains($"lib/{framework}/MetaStore.Client.xml", files));
    }

    private static string[] FilesOf(string folder, string pattern)
    {
        using var package = ZipFile.OpenRead(Assert.Single(Directory.EnumerateFiles(folder, pattern)));
        return [.. package.Entries.Select(entry => entry.FullName)];
    }
}
