using Grpc.Core;
using MetaStore.Client;
using MetaStore.Hosting;
using MetaStore.Protocol.Etcd;

namespace EmbeddedCluster;

/// <summary>Keeps the key <c>present/NODE</c> while this process lives: the others see within five seconds that it has died.</summary>
internal sealed class PresenceWorker(MetaStoreMember member, MetaStoreClient client, IConfiguration configuration, ILogger<PresenceWorker> log) : BackgroundService
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await member.WaitUntilServingAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RegisterAsync(configuration["node"]!, stoppingToken);
            }
            catch (RpcException failure)
            {
                // No quorum, most likely. The call has waited for it; the next one does too.
                log.LogWarning("Not registered: {Detail}", failure.Status.Detail);
            }
        }
    }

    /// <summary>Registers until the lease is lost or the host stops.</summary>
    private async Task RegisterAsync(string node, CancellationToken stop)
    {
        await using var lease = await client.Lease.HoldAsync(TimeToLive, stop);
        await client.Kv.PutAsync(new PutRequest { Key = ((Bytes)("present/" + node)).Content, Lease = lease.Id }, stop);
        log.LogInformation("{Node} is registered", node);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop, lease.Lost);
        await Task.Delay(Timeout.InfiniteTimeSpan, over.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
