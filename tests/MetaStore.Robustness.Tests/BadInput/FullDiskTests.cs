using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;
using Grpc.Core;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>A disk that becomes full while the member runs. Needs root for a file system of limited size.</summary>
public sealed class FullDiskTests
{
    private const int ExitIoError = 74;
    private const int ExitDiskFull = 75;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly (StatusCode, string) NoSpace = (StatusCode.ResourceExhausted, EtcdErrors.NoSpace);

    [SkippableTheory]
    [InlineData("memory", 220)]
    [InlineData("rocksdb", 320)]
    public async Task DiskFillsUp_WritesAreRefusedWhileReadsGoOn_AndNothingIsLost(string engine, int megabytes)
    {
        await using var disk = await SmallDisk.MountAsync(megabytes);
        var ports = FreePorts.Take(2);
        await using var process = ServerProcess.Start(Programs.MetaStore, Arguments(engine, disk, ports));
        using var client = Connect(ports[0]);
        var (acknowledged, refusal) = await FillAsync(client, process);

        Assert.True((refusal.StatusCode, refusal.Status.Detail) == NoSpace, $"{refusal.Status} after {acknowledged} puts; output:\n{process.Output}");
        Assert.True(process.IsRunning, process.Output);
        var line = Assert.Single(process.Output.Split('\n'), text => text.Contains("nearly full", StringComparison.Ordinal));
        Assert.Contains(disk.Path, line, StringComparison.Ordinal);
        Assert.Equal(acknowledged, await CountAsync(client));
        await client.Kv.DeleteRangeAsync(new DeleteRangeRequest { Key = ByteString.CopyFromUtf8("full/00000") });
        acknowledged--;

        await disk.ResizeAsync(megabytes: 900);
        await Eventually.TrueAsync(() => process.Output.Contains("has space again", StringComparison.Ordinal), Limit, () => process.Output);
        await DisarmAsync(ports[0]);
        await client.Kv.PutAsync("full/after", "works again");
        await process.KillAsync();

        await using var again = ServerProcess.Start(Programs.MetaStore, Arguments(engine, disk, ports));
        Assert.Equal(acknowledged, await CountAsync(client));
    }

    [SkippableTheory]
    [InlineData("memory")]
    public async Task DiskFilledByAnotherProgram_TheMemberStaysUp_StopsAndStartsAgain_AndNothingIsLost(string engine)
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 400);
        var ports = FreePorts.Take(2);
        using var client = Connect(ports[0]);
        string taken;
        int acknowledged;
        await using (var process = ServerProcess.Start(Programs.MetaStore, [.. Arguments(engine, disk, ports), "--snapshot-count", "20"]))
        {
            for (acknowledged = 0; acknowledged < 15; acknowledged++)
            {
                await PutAsync(client, acknowledged);
            }

            taken = disk.TakeAll();
            (acknowledged, var refusal) = await FillAsync(client, process, acknowledged);
            Assert.True((refusal.StatusCode, refusal.Status.Detail) == NoSpace, $"{refusal.Status} after {acknowledged} puts; output:\n{process.Output}");
            Assert.Equal(acknowledged, await CountAsync(client));
            await process.TerminateAsync();
            Assert.True(process.ExitCode is 0, process.Output);
        }

        await using (var full = ServerProcess.Start(Programs.MetaStore, Arguments(engine, disk, ports)))
        {
            // With a full disk it starts for reads only, or it exits with a one-line reason.
            await Eventually.TrueAsync(
                () => !full.IsRunning || full.Output.Contains("now serving", StringComparison.Ordinal), Limit, () => full.Output);
            if (full.IsRunning)
            {
                Assert.Equal(acknowledged, await CountAsync(client));
                await full.KillAsync();
            }
            else
            {
                Assert.Equal(ExitDiskFull, full.ExitCode);
                Assert.Contains(disk.Path, full.Output, StringComparison.Ordinal);
            }
        }

        File.Delete(taken);
        await using var again = ServerProcess.Start(Programs.MetaStore, Arguments(engine, disk, ports));
        Assert.Equal(acknowledged, await CountAsync(client));
        await DisarmAsync(ports[0]);
        await client.Kv.PutAsync("full/after", "works again");
    }

    /// <summary>The same on RocksDB, which has to flush its memtables: when it cannot, the member must exit, since later acknowledgements could be lost.</summary>
    [SkippableFact]
    public async Task DiskFilledByAnotherProgram_RocksDbThatMustFlush_ExitsWithTheCause_StartsLater_AndNothingIsLost()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 400);
        var ports = FreePorts.Take(2);
        using var client = Connect(ports[0], TimeSpan.FromSeconds(5));
        string taken;
        int acknowledged;
        await using (var process = ServerProcess.Start(Programs.MetaStore, Arguments("rocksdb", disk, ports)))
        {
            for (acknowledged = 0; acknowledged < 15; acknowledged++)
            {
                await PutAsync(client, acknowledged);
            }

            taken = disk.TakeAll();
            (acknowledged, var refusal) = await FillAsync(client, process, acknowledged);

            // The low disk space may be detected before a flush fails; the flush of a full memtable is attempted anyway.
            if ((refusal.StatusCode, refusal.Status.Detail) == NoSpace && !await process.EndsWithinAsync(TimeSpan.FromSeconds(2)))
            {
                Assert.Equal(acknowledged, await CountAsync(client));
                await process.KillAsync();
            }
            else
            {
                var exitCode = await process.WaitForExitAsync(Limit);
                var line = process.Output.Split('\n')[^1];
                Assert.True(exitCode == ExitIoError, $"exit code {exitCode}: {line}");
                Assert.Contains("No space left on device", line, StringComparison.Ordinal);
                Assert.Contains(disk.Path, line, StringComparison.Ordinal);
            }
        }

        await using (var full = ServerProcess.Start(Programs.MetaStore, Arguments("rocksdb", disk, ports)))
        {
            Assert.Equal(ExitDiskFull, await full.WaitForExitAsync(Limit));
            Assert.Contains(disk.Path, full.Output, StringComparison.Ordinal);
        }

        File.Delete(taken);
        await using var again = ServerProcess.Start(Programs.MetaStore, Arguments("rocksdb", disk, ports));

        // The put without a response may have taken effect.
        Assert.InRange(await CountAsync(client), acknowledged, acknowledged + 1);
    }

    [SkippableTheory]
    [InlineData(0)]
    [RowOnRequest(8)]
    [InlineData(200)]
    [RowOnRequest(2000)]
    public async Task RocksDb_StartedWithHardlyAnyRoom_SaysSo_AndStartsLater(int kilobytes)
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 400);
        var ports = FreePorts.Take(2);
        using var client = Connect(ports[0]);
        await using (var process = ServerProcess.Start(Programs.MetaStore, Arguments("rocksdb", disk, ports)))
        {
            await PutAsync(client, 0);
            await process.KillAsync();
        }

        var taken = disk.TakeAll();
        using (var file = File.OpenWrite(taken))
        {
            file.SetLength(file.Length - (kilobytes << 10));
        }

        await using (var full = ServerProcess.Start(Programs.MetaStore, Arguments("rocksdb", disk, ports)))
        {
            Assert.Equal(ExitDiskFull, await full.WaitForExitAsync(Limit));
            Assert.Contains(disk.Path, full.Output, StringComparison.Ordinal);
        }

        File.Delete(taken);
        await using var again = ServerProcess.Start(Programs.MetaStore, Arguments("rocksdb", disk, ports));
        Assert.Equal(1, await CountAsync(client));
    }

    /// <summary>Puts large values until one is rejected. A put that timed out is repeated with the same key.</summary>
    private static async Task<(int Acknowledged, RpcException Refusal)> FillAsync(MetaStoreClient client, ServerProcess process, int from = 0)
    {
        var timeouts = 0;
        for (var i = from; i < 2000;)
        {
            try
            {
                await PutAsync(client, i);
                i++;
            }
            catch (RpcException late) when (process.IsRunning && late.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded && timeouts < 5)
            {
                timeouts++;
            }
            catch (RpcException refusal)
            {
                return (i, refusal);
            }
        }

        throw new InvalidOperationException($"1 GB was written to the small disk:\n{process.Output}");
    }

    private static Task PutAsync(MetaStoreClient client, int number) => client.Kv.PutAsync($"full/{number:d5}", new string('x', 512 * 1024));

    private static async Task<long> CountAsync(MetaStoreClient client) => (await client.Kv.RangeAsync(new RangeRequest
    {
        Key = ByteString.CopyFromUtf8("full/0"),
        RangeEnd = ByteString.CopyFromUtf8("full/1"),
        CountOnly = true,
    })).Count;

    private static async Task DisarmAsync(int port)
    {
        using var client = Connect(port);
        var raised = await client.Maintenance.AlarmAsync(new AlarmRequest());
        var alarm = Assert.Single(raised.Alarms);
        Assert.Equal(AlarmType.Nospace, alarm.Alarm);
        await client.Maintenance.AlarmAsync(
            new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate, Alarm = alarm.Alarm, MemberID = alarm.MemberID });
    }

    private static string[] Arguments(string engine, SmallDisk disk, int[] ports) =>
    [
        "--name", "n1", "--data-dir", Path.Combine(disk.Path, "n1"),
        "--listen-client-urls", $"http://127.0.0.1:{ports[0]}", "--advertise-client-urls", $"http://127.0.0.1:{ports[0]}",
        "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{ports[1]}",
        "--initial-cluster", $"n1=http://127.0.0.1:{ports[1]}",
        .. EngineFlags.Of(engine),
    ];

    private static MetaStoreClient Connect(int port, TimeSpan? limit = null) =>
        new(new MetaStoreClientOptions { Endpoints = [new Uri($"http://127.0.0.1:{port}")], CommandTimeout = limit ?? Limit });
}
