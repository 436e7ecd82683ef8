using Etcdserverpb;
using MetaStore.Client;

namespace MetaStore.DotnetEtcd.Tests;

/// <summary>dotnet-etcd and MetaStore.Client in one program: messages of the same protocol from two assemblies, and one kind of exception.</summary>
[Collection(nameof(OneCluster))]
public sealed class BothClientsTests(DotnetEtcdTests.Cluster cluster)
{
    [Fact]
    public async Task Both_UseTheirOwnTypes_AndSeeTheSameKeys()
    {
        using var client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = cluster.Endpoints, CommandTimeout = TimeSpan.FromSeconds(20) });
        await cluster.Client.PutAsync(new PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("both/1"), Value = Google.Protobuf.ByteString.CopyFromUtf8("theirs") });
        await client.Kv.PutAsync(new MetaStore.Protocol.Etcd.PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("both/2"), Value = Google.Protobuf.ByteString.CopyFromUtf8("ours") });

        Assert.Equal("theirs", (await client.Kv.GetAsync("both/1"))?.Value.ToStringUtf8());
        Assert.Equal("ours", await cluster.Client.GetValAsync("both/2"));
    }

    /// <summary>One catch for both, and the same texts.</summary>
    [Fact]
    public async Task Both_FailWithTheSameException()
    {
        using var client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = cluster.Endpoints, CommandTimeout = TimeSpan.FromSeconds(20) });
        var theirs = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => cluster.Client.PutAsync(new PutRequest()));
        var ours = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => client.Kv.PutAsync("", ""));
        Assert.Equal((theirs.StatusCode, theirs.Status.Detail), (ours.StatusCode, ours.Status.Detail));
    }

    /// <summary>Both register their files with one runtime of protobuf, under the same names, and both can be described.</summary>
    [Fact]
    public void Descriptors_OfBoth_AreThere()
    {
        Assert.Equal(PutRequest.Descriptor.FullName, MetaStore.Protocol.Etcd.PutRequest.Descriptor.FullName);
        Assert.NotSame(PutRequest.Descriptor, MetaStore.Protocol.Etcd.PutRequest.Descriptor);
    }
}
