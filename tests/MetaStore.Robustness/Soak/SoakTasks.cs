using Grpc.Core;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;

namespace MetaStore.Robustness.Soak;

/// <summary>What an administrator does in a year, in every period: members replaced, certificates rotated, backups, defragmentation, batching modes, the space alarm, a moved leader.</summary>
internal sealed class SoakTasks(SoakCluster cluster, SoakPlan plan, Tally tally, Random random)
{
    private static readonly BatchSettings[] s_modes =
    [
        new() { Policy = BatchPolicy.Dynamic, FlushWhenIdle = true }, new() { Policy = BatchPolicy.Off }, new() { Policy = BatchPolicy.Fixed },
        new() { Policy = BatchPolicy.Throughput, FlushWhenIdle = true, Compression = BatchCompression.Zstd }, new() { Policy = BatchPolicy.Target },
    ];

    private int _mode;

    /// <summary>Does everything once in each period, in turn, until the end; the first round is finished in any case.</summary>
    public async Task RunAsync(MetaStoreClient root, CancellationToken end)
    {
        (string Name, Func<Task> Action)[] all =
        [
            ("guests removed", () => cluster.RemoveGuestAsync(root, CancellationToken.None)),
            ("guests added", () => AddGuestAsync(root)),
            ("rotations", RotateAsync),
            ("backups", () => BackUpAsync(root)),
            ("defragmentations", () => root.Maintenance.DefragmentAsync(CancellationToken.None)),
            ("batching modes", () => SwitchBatchingAsync(s_modes[_mode++ % s_modes.Length])),
            ("space alarms", () => AlarmAsync(root)),
            ("moved leaders", () => MoveLeaderAsync(root)),
        ];
        for (int round = 0; round == 0 || !end.IsCancellationRequested; round++)
        {
            foreach ((string name, Func<Task> action) in all)
            {
                if (round == 0 || !end.IsCancellationRequested)
                {
                    await tally.CountAsync(name, action);
                    await Task.Delay(plan.Period / (2 * all.Length), end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            await Task.Delay(plan.Period / 2, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task AddGuestAsync(MetaStoreClient root) => cluster.Guest is null ? cluster.AddGuestAsync(root, CancellationToken.None) : Task.CompletedTask;

    /// <summary>The members read the files when they change, for the next connection; a client without an old connection sees whether they serve.</summary>
    private async Task RotateAsync()
    {
        cluster.RotateCertificates();
        foreach (SoakMember founder in cluster.Founders)
        {
            using MetaStoreClient client = cluster.ClientOf(SoakCluster.User, founder);
            await client.Kv.GetAsync($"{SoakCluster.Prefix}w0/000", CancellationToken.None);
        }
    }

    private async Task BackUpAsync(MetaStoreClient root)
    {
        using MetaStoreClient member = root.At(cluster.Founders[random.Next(3)].ClientUrl);
        long bytes = 0;
        await foreach (SnapshotResponse part in member.Maintenance.SnapshotAsync(CancellationToken.None))
        {
            bytes += part.Blob.Length;
        }

        if (bytes == 0)
        {
            tally.Violate("an empty backup");
        }
    }

    private async Task SwitchBatchingAsync(BatchSettings mode)
    {
        foreach (SoakMember founder in cluster.Founders)
        {
            using MetaStoreClient member = cluster.ClientOf("root", founder);
            await member.Batching.SetAsync(mode, CancellationToken.None);
        }
    }

    /// <summary>Raises the alarm of a member, sees a put refused, and ends the alarm.</summary>
    private async Task AlarmAsync(MetaStoreClient root)
    {
        ulong id = (await root.Cluster.MemberListAsync(new MemberListRequest { Linearizable = true }, CancellationToken.None)).Members[0].ID;
        var alarm = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, MemberID = id, Alarm = AlarmType.Nospace };
        await root.Maintenance.AlarmAsync(alarm, CancellationToken.None);
        try
        {
            await root.Kv.PutAsync($"{SoakCluster.Prefix}alarm", "refused", CancellationToken.None);
            tally.Violate("a put was accepted while the space alarm was raised");
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
        {
            // As it must be.
        }
        finally
        {
            alarm.Action = AlarmRequest.Types.AlarmAction.Deactivate;
            await root.Maintenance.AlarmAsync(alarm, CancellationToken.None);
        }
    }

    private async Task MoveLeaderAsync(MetaStoreClient root)
    {
        var statuses = new List<(SoakMember Founder, StatusResponse Status)>();
        foreach (SoakMember founder in cluster.Founders)
        {
            using MetaStoreClient member = root.At(founder.ClientUrl);
            statuses.Add((founder, await member.Maintenance.StatusAsync(new StatusRequest(), CancellationToken.None)));
        }

        (SoakMember Founder, StatusResponse Status) other = statuses.FirstOrDefault(one => one.Status.Header.MemberId != one.Status.Leader);
        if (statuses.FirstOrDefault(one => one.Status.Header.MemberId == one.Status.Leader) is { Founder: { } leader })
        {
            using MetaStoreClient member = root.At(leader.ClientUrl);
            await member.Maintenance.MoveLeaderAsync(new MoveLeaderRequest { TargetID = other.Status.Header.MemberId }, CancellationToken.None);
        }
    }
}
