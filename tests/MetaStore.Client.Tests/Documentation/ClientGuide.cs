using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using Google.Protobuf;
using MetaStore.Client.Kv;
using MetaStore.Client.Transactions;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetaStore.Client.Tests.Documentation;

/// <summary>The examples of docs/client.md, line by line, so that they compile and run. <see cref="ClientGuideTests"/> compares the two.</summary>
internal static class ClientGuide
{
    public static void Connect()
    {
        using var client = new MetaStoreClient(MetaStoreClientOptions.Parse("10.0.0.1:2379,10.0.0.2:2379,10.0.0.3:2379"));
    }

    public static void Extend(ILoggerFactory loggerFactory, Func<Task<string>> GetTokenAsync)
    {
        var options = MetaStoreClientOptions.Parse("https://10.0.0.1:2379,https://10.0.0.2:2379") with
        {
            Interceptors = [new AuditInterceptor()],
            CallCredentials = CallCredentials.FromInterceptor(async (_, metadata) => metadata.Add("authorization", await GetTokenAsync())),
            LoggerFactory = loggerFactory,
            MaxReceiveBytes = 64 << 20,
        };
        using var client = new MetaStoreClient(options);
    }

    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddMetaStoreClient().Bind(configuration.GetSection("MetaStore")).ValidateOnStart();
    }

    public static async Task<string?> KeysAsync(MetaStoreClient client)
    {
        await client.Kv.PutAsync("config/limit", "10");
        var pair = await client.Kv.GetAsync("config/limit");
        var text = pair?.Value.ToStringUtf8();
        await client.Kv.DeleteAsync(KeyRange.Prefix("config/"));
        return text;
    }

    public static async Task PutForAsync(MetaStoreClient client, string user, string code)
    {
        await client.Kv.PutAsync($"login/{user}", code, TimeSpan.FromMinutes(5));
    }

    public static async Task PutAllAsync(MetaStoreClient client, IReadOnlyList<(string Id, string Json)> items)
    {
        await Task.WhenAll(items.Select(item => client.Kv.PutAsync($"item/{item.Id}", item.Json)));
    }

    public static async Task ScanAsync(MetaStoreClient client)
    {
        await foreach (var entry in client.Kv.ScanAsync(KeyRange.Prefix("users/"), new ScanOptions { PageSize = 500 }))
        {
            Console.WriteLine($"{entry.Key.ToStringUtf8()} = {entry.Value.ToStringUtf8()}");
        }
    }

    public static async Task<long> TransactAsync(MetaStoreClient client, long seen)
    {
        var answer = await client.Txn()
            .When(Condition.ModRevision("config/limit") == seen)
            .Then(Operation.Put("config/limit", "20"))
            .Else(Operation.Get("config/limit"))
            .CommitAsync();
        if (!answer.Succeeded)
        {
            seen = answer.Responses[0].ResponseRange.Kvs[0].ModRevision;
        }

        return seen;
    }

    public static async Task WatchAsync(MetaStoreClient client, long fromRevision, CancellationToken stopping)
    {
        await foreach (var change in client.Watch.ChangesAsync(KeyRange.Prefix("config/"), fromRevision, cancellation: stopping))
        {
            Console.WriteLine($"{change.Type} {change.Kv.Key.ToStringUtf8()}");
        }
    }

    public static async Task RegisterServiceAsync(
        MetaStoreClient client, ByteString key, ByteString address, Func<CancellationToken, Task> ServeAsync, CancellationToken stopping)
    {
        await using var lease = await client.Lease.HoldAsync(TimeSpan.FromSeconds(10), stopping);
        await client.Kv.PutAsync(new PutRequest { Key = key, Value = address, Lease = lease.Id }, stopping);
        await ServeAsync(lease.Lost);
    }

    public static async Task LockAsync(MetaStoreClient client, string day, Func<CancellationToken, Task> RunJobAsync, CancellationToken stopping)
    {
        await using var held = await client.Lock.AcquireAsync("jobs/nightly", TimeSpan.FromSeconds(10), stopping);
        await RunJobAsync(held.Lost);
        await client.Txn().When(held.IsHeld).Then(Operation.Put("done/nightly", day)).CommitAsync(stopping);
    }

    public static async Task LeadAsync(MetaStoreClient client, string address, CancellationToken stopping)
    {
        await using var leadership = await client.Election.CampaignAsync("scheduler", address, TimeSpan.FromSeconds(10), stopping);
        await leadership.ProclaimAsync(address + " ready", stopping);
    }

    public static async Task FollowAsync(MetaStoreClient client, CancellationToken stopping)
    {
        await foreach (var leader in client.Election.ObserveAsync("scheduler", stopping))
        {
            Console.WriteLine($"led by {leader.Value.ToStringUtf8()}");
        }
    }

    public static async Task BatchAsync(MetaStoreClient client, Uri endpoint, CancellationToken stopping)
    {
        using var member = client.At(endpoint);
        await member.Batching.SetAsync(new BatchSettings { Policy = BatchPolicy.Target, TargetLatencyUs = 5_000 }, stopping);
        await foreach (var moment in member.Batching.WatchAsync(TimeSpan.FromMilliseconds(100), stopping))
        {
            Console.WriteLine($"{moment.Stats.CurrentBatchSize} proposals, {moment.Stats.Throughput:0}/s");
        }
    }

    public static async Task FailAsync(MetaStoreClient client)
    {
        try
        {
            await client.Kv.PutAsync("hello", "world");
        }
        catch (RpcException failure) when (failure.Is(EtcdErrors.NoSpace))
        {
            Console.WriteLine("the cluster is full");
        }
    }

    /// <summary>Whatever an application wants to do around calls.</summary>
    private sealed class AuditInterceptor : Interceptor;
}
