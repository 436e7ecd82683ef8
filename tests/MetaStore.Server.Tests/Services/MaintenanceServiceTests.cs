using System.Net;
using System.Security.Cryptography;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Engines.Memory;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Server.Tests.Hosting;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Backups;
using MetaStore.StateMachine.Membership;
using MetaStore.Testing;
using MetaStore.Testing.HostileClient;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Services;

/// <summary>Backup, quota and downgrade calls to one member.</summary>
public abstract class MaintenanceServiceTests(string engine)
{

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Snapshot_IsABackupThatEtcdsClientsTake_AndHoldsTheState(bool asCheckpoint)
    {
        await using SingleNode node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));
        await node.SettledAsync();
        for (int i = 0; i < 300; i++)
        {
            await node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = ByteString.CopyFromUtf8($"k{i}"), Value = ByteString.CopyFrom(new byte[1000]) });
        }

        HashKVResponse before = await node.CallAsync<HashKVResponse>("Maintenance/HashKV", new HashKVRequest());
        (byte[] backup, List<SnapshotResponse> parts) = await SnapshotAsync(node, asCheckpoint);

        Assert.Equal(32, backup.Length % 512);
        Assert.Equal(SHA256.HashData(backup.AsSpan(0, backup.Length - 32)), backup[^32..]);
        Assert.All(parts, part => Assert.True(part.Header is null && part.Blob.Length <= 32 << 10 && part.Version == "3.6.0"));
        Assert.Equal((32, 0UL), (parts[^1].Blob.Length, parts[^1].RemainingBytes));
        Assert.Equal((ulong)(backup.Length - 32 - parts[0].Blob.Length), parts[0].RemainingBytes);

        BackupSource source = BackupSource.Open(new MemoryStream(backup), mayLackHash: false, CancellationToken.None);
        Assert.Equal(
            (301L, -1L, (long)backup.Length - (asCheckpoint ? 0 : 32), !asCheckpoint),
            (source.Summary.Revision, source.Summary.Compacted, source.Summary.Bytes, source.IsEtcds));
        using var restored = new MemoryStream();
        var plan = new RestorePlan([new MemberRecord { Id = 9, Name = "n", PeerUrls = ["http://p:1"] }], 1, 1);
        Assert.Equal(301, RestoredState.Write(source, restored, plan, CancellationToken.None));
        restored.Position = 0;
        var machine = new ReplicatedStateMachine(new MemoryEngine());
        machine.InstallCheckpoint(restored, CancellationToken.None);
        using var txn = machine.Reader.OpenRead();
        Assert.Equal(before.Hash, txn.HashKv(0).Hash);
        Assert.Equal([9UL], machine.Members.Members.Select(member => member.Id));
        Assert.Equal((1UL, 1UL), (machine.AppliedIndex, machine.AppliedTerm));
    }

    [SkippableFact]
    public async Task Downgrade_AnswersAsEtcd()
    {
        await using SingleNode node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));
        DowngradeResponse valid = await node.CallAsync<DowngradeResponse>("Maintenance/Downgrade", new DowngradeRequest { Version = "3.5.0" });
        Assert.Equal("3.6", valid.Version);
        Assert.NotEqual(0UL, valid.Header.ClusterId);
        await node.CallAsync<DowngradeResponse>("Maintenance/Downgrade", Request(DowngradeRequest.Types.DowngradeAction.Cancel, ""));
        await FailsAsync(node, Request(default, "x"), StatusCode.InvalidArgument, "etcdserver: wrong downgrade target version format");
        await FailsAsync(node, Request(default, "3.4.0"), StatusCode.InvalidArgument, "etcdserver: invalid downgrade target version");
        await FailsAsync(node, Request((DowngradeRequest.Types.DowngradeAction)9, "3.5"), StatusCode.Unknown, "etcdserver: unknown method");
        await FailsAsync(
            node, Request(DowngradeRequest.Types.DowngradeAction.Enable, "3.5"), StatusCode.FailedPrecondition, "etcdserver: not capable");
    }

    [SkippableFact]
    public async Task Quota_CompactDefragmentDisarm_TakesWritesAgain()
    {
        await using SingleNode node = await SingleNode.StartNewAsync(EngineFlags.Of(engine, "--quota-backend-bytes", "4MiB"));
        await node.SettledAsync();
        PutRequest put = NewPut();
        await FillAsync(node, put);
        StatusResponse status = await node.CallAsync<StatusResponse>("Maintenance/Status", new StatusRequest());
        Assert.Equal($"memberID:{status.Header.MemberId} alarm:NOSPACE", Assert.Single(status.Errors));
        Assert.Equal(4L << 20, status.DbSizeQuota);

        await node.CallAsync<CompactionResponse>("KV/Compact", new CompactionRequest { Revision = status.Header.Revision, Physical = true });
        await node.CallAsync<DefragmentResponse>("Maintenance/Defragment", new DefragmentRequest());
        StatusResponse after = await node.CallAsync<StatusResponse>("Maintenance/Status", new StatusRequest());
        Assert.True(after.DbSize < 2 << 20, $"{status.DbSize} bytes before, {after.DbSize} after");
        var disarm = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate, Alarm = AlarmType.Nospace, MemberID = status.Header.MemberId };
        Assert.Single((await node.CallAsync<AlarmResponse>("Maintenance/Alarm", disarm)).Alarms);
        await node.CallAsync<PutResponse>("KV/Put", put);
    }

    [SkippableFact]
    public async Task Quota_AutoDisarm_EndsTheAlarmOnceThereIsSpace()
    {
        await using SingleNode node = await SingleNode.StartNewAsync(EngineFlags.Of(engine, "--quota-backend-bytes", "4MiB", "--auto-disarm-nospace"));
        await node.SettledAsync();
        PutRequest put = NewPut();
        await FillAsync(node, put);
        StatusResponse status = await node.CallAsync<StatusResponse>("Maintenance/Status", new StatusRequest());
        await node.CallAsync<CompactionResponse>("KV/Compact", new CompactionRequest { Revision = status.Header.Revision, Physical = true });
        await node.CallAsync<DefragmentResponse>("Maintenance/Defragment", new DefragmentRequest());
        await Eventually.TrueAsync(
            async () => (await AlarmsAsync(node)).Alarms.Count == 0, TimeSpan.FromSeconds(20), () => "the alarm does not end");
        await node.CallAsync<PutResponse>("KV/Put", put);
    }

    /// <summary>Backups that wait for their clients do not hold up scans of others, not even when all that is left is in buffers.</summary>
    [SkippableFact]
    public async Task Snapshot_ClientsThatDoNotRead_LeaveTheirSlots()
    {
        await using SingleNode node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));
        await node.SettledAsync();
        for (int i = 0; i < 7; i++)
        {
            await node.CallAsync<PutResponse>("KV/Put", NewPut());
        }

        byte[] call =
        [
            .. Frames.Request(1, "/etcdserverpb.Maintenance/Snapshot"), .. Frames.Of(Frames.Data, Frames.EndStream, 1, Frames.Message(0, 0, [])),
        ];
        var clients = new List<RawConnection>();
        try
        {
            for (int i = 0; i < Environment.ProcessorCount; i++)
            {
                clients.Add((await RawConnection.TryOpenHttp2Async(new IPEndPoint(IPAddress.Loopback, node.Url.Port), isReading: false))!);
                Assert.True(await clients[^1].TrySendAsync(call, CancellationToken.None));
            }

            string begun = $"grpc_server_started_total{{grpc_method=\"Snapshot\",grpc_service=\"etcdserverpb.Maintenance\",grpc_type=\"server_stream\"}} {clients.Count}\n";
            await Eventually.TrueAsync(
                async () => (await node.Http.GetStringAsync("/metrics")).Contains(begun, StringComparison.Ordinal), TimeSpan.FromSeconds(10), () => "the backups have not begun");
            await node.CallAsync<HashKVResponse>("Maintenance/HashKV", new HashKVRequest()).WaitAsync(TimeSpan.FromSeconds(10));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static PutRequest NewPut() => new() { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(100_000)) };

    /// <summary>Puts until the quota refuses, and the alarm is raised.</summary>
    private static async Task FillAsync(SingleNode node, PutRequest put)
    {
        RpcException? full = null;
        for (int i = 0; i < 200 && full is null; i++)
        {
            full = await Record.ExceptionAsync(() => node.CallAsync<PutResponse>("KV/Put", put)) as RpcException;
        }

        Assert.Equal("etcdserver: mvcc: database space exceeded", full?.Status.Detail);
        await Eventually.TrueAsync(
            async () => (await AlarmsAsync(node)).Alarms is [{ Alarm: AlarmType.Nospace }], TimeSpan.FromSeconds(10), () => "no alarm is raised");
    }

    private static DowngradeRequest Request(DowngradeRequest.Types.DowngradeAction action, string version) => new() { Action = action, Version = version };

    private static Task<AlarmResponse> AlarmsAsync(SingleNode node) => node.CallAsync<AlarmResponse>("Maintenance/Alarm", new AlarmRequest());

    private static async Task FailsAsync(SingleNode node, IMessage request, StatusCode code, string text)
    {
        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => node.CallAsync<DowngradeResponse>("Maintenance/Downgrade", request));
        Assert.Equal((code, text), (failure.StatusCode, failure.Status.Detail));
    }

    private static async Task<(byte[] Backup, List<SnapshotResponse> Parts)> SnapshotAsync(SingleNode node, bool asCheckpoint)
    {
        using var channel = GrpcChannel.ForAddress(node.Url);
        Metadata headers = asCheckpoint ? new Metadata { { "metastore-snapshot-format", "checkpoint" } } : [];
        using AsyncServerStreamingCall<SnapshotResponse> call = new Protocol.Etcd.Maintenance.MaintenanceClient(channel).Snapshot(new SnapshotRequest(), headers);
        using var backup = new MemoryStream();
        var parts = new List<SnapshotResponse>();
        await foreach (SnapshotResponse part in call.ResponseStream.ReadAllAsync())
        {
            part.Blob.WriteTo(backup);
            parts.Add(part);
        }

        return (backup.ToArray(), parts);
    }
}
