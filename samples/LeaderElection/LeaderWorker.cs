using System.Globalization;
using Grpc.Core;
using MetaStore.Client;
using MetaStore.Client.Transactions;

namespace LeaderElection;

/// <summary>Counts in the key <c>samples/counter</c>, while it leads.</summary>
internal sealed class LeaderWorker(MetaStoreClient client, ILogger<LeaderWorker> log) : BackgroundService
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var leadership = await client.Election.CampaignAsync("samples/leader", self, TimeToLive, stoppingToken);
                log.LogInformation("{Process} leads", self);
                using var term = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, leadership.Lost);
                await WorkAsync(leadership, term.Token);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogInformation("{Process} leads no longer", self);
            }
            catch (Exception unreachable) when (unreachable is RpcException or LeaseLostException)
            {
                log.LogWarning("No answer of the cluster: {Reason}", unreachable.Message);
                await Task.Delay(Interval, stoppingToken);
            }
        }
    }

    /// <summary>Works until the leadership is lost.</summary>
    private async Task WorkAsync(Leadership leadership, CancellationToken term)
    {
        while (true)
        {
            var counter = await client.Kv.GetAsync("samples/counter", term);
            var next = counter is null ? 1 : long.Parse(counter.Value.ToStringUtf8(), CultureInfo.InvariantCulture) + 1;

            // Lost fires in time, but this process may have been suspended since: the condition makes sure that only the leader writes.
            var step = await client.Txn()
                .When(leadership.IsLeader)
                .Then(Operation.Put("samples/counter", next.ToString(CultureInfo.InvariantCulture)))
                .CommitAsync(term);
            if (!step.Succeeded)
            {
                return;
            }

            log.LogInformation("Counted to {Counter}", next);
            await Task.Delay(Interval, term);
        }
    }
}
