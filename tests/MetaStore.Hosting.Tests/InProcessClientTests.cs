using Grpc.Core;
using MetaStore.Client;
using MetaStore.Protocol.Mvcc;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MetaStore.Hosting.Tests;

/// <summary>The client of the member in the same process.</summary>
public sealed class InProcessClientTests
{
    [Fact]
    public async Task Client_ReadsAndWrites_AsOneOverTheNetwork()
    {
        await using var host = new EmbeddedHost();
        await host.ServeAsync();
        await host.Client.Kv.PutAsync("inside", "1");
        using var outside = new MetaStoreClient(MetaStoreClientOptions.Parse(host.ClientUrl));
        Assert.Equal("1", (await outside.Kv.GetAsync("inside"))!.Value.ToStringUtf8());
        await outside.Kv.PutAsync("outside", "2");
        Assert.Equal("2", (await host.Client.Kv.GetAsync("outside"))!.Value.ToStringUtf8());

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => host.Client.Kv.PutAsync("", ""));
        Assert.Equal("etcdserver: key is not provided", refused.Status.Detail);
    }

    [Fact]
    public async Task Watches_Leases_AndValuesOfMegabytes_Pass()
    {
        await using var host = new EmbeddedHost();
        await host.ServeAsync();
        string large = new('x', 1_500_000);
        long revision = (await host.Client.Kv.PutAsync("large", large)).Header.Revision;
        await using (await host.Client.Lock.AcquireAsync("lock", TimeSpan.FromSeconds(10)))
        {
            await foreach (Event change in host.Client.Watch.ChangesAsync(KeyRange.Single("large"), revision))
            {
                Assert.Equal(large, change.Kv.Value.ToStringUtf8());
                break;
            }
        }
    }

    [Fact]
    public async Task Call_BeforeTheStart_WaitsForIt()
    {
        await using var host = new EmbeddedHost();
        Task<MetaStore.Protocol.Etcd.PutResponse> early = host.Client.Kv.PutAsync("early", "1");
        await host.StartAsync();
        await early;
    }

    [Fact]
    public async Task Call_AfterTheStop_IsUnavailable()
    {
        await using var host = new EmbeddedHost();
        await host.ServeAsync();
        await host.Client.Kv.PutAsync("last", "1");
        await host.StopAsync();
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => host.Client.Kv.GetAsync("last"));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
    }

    [Fact]
    public void Client_WithoutAMember_SaysWhatIsMissing()
    {
        using ServiceProvider services = new ServiceCollection().AddInProcessMetaStoreClient().Services.BuildServiceProvider();
        InvalidOperationException missing = Assert.Throws<InvalidOperationException>(services.GetRequiredService<MetaStoreClient>);
        Assert.Contains("AddMetaStoreServer", missing.Message, StringComparison.Ordinal);
    }
}
