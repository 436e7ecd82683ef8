using System.Diagnostics;
using Grpc.Core;
using MetaStore.Engines;
using MetaStore.Protocol.Etcd;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Backup;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Proposals;
using MetaStore.Server.Quota;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Validation;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Hashing;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Services;

/// <summary>etcdserverpb.Maintenance: status, alarms, hashes, backups, defragmentation and moving the leader.</summary>
internal sealed class MaintenanceService(
    RaftNode node, ReplicatedStateMachine machine, Proposer proposer, LeadershipTransfer move, SpaceQuota quota, ResponseHeaders headers, ResponseRoom room, ServerLog log,
    MaintenanceMetrics metrics, CancellationToken stopping) : Protocol.Etcd.Maintenance.MaintenanceBase
{
    private readonly BackupStream _snapshots = new(machine.Engine);
    private readonly ScanSlots _scans = new();

    public override Task<StatusResponse> Status(StatusRequest request, ServerCallContext context)
    {
        NodeProgress progress = node.Progress;
        var response = new StatusResponse
        {
            Header = headers.At(machine.Reader.Revision),
            Version = Versions.Announced,
            DbSize = machine.Engine.SizeAllocated,
            DbSizeInUse = machine.Engine.SizeInUse,
            DbSizeQuota = quota.Bytes,
            Leader = node.Leadership.Leader,
            RaftIndex = progress.Committed,
            RaftTerm = progress.Term,
            RaftAppliedIndex = progress.Applied,
            IsLearner = machine.Members.Find(node.NodeId)?.IsLearner ?? false,
            StorageVersion = Versions.Cluster,
            DowngradeInfo = new DowngradeInfo(),
        };
        if (node.Leadership.Leader == 0)
        {
            response.Errors.Add(StatusMap.Of(ServerError.NoLeader).Detail);
        }

        foreach (AlarmRecord alarm in machine.Alarms.Raised)
        {
            response.Errors.Add($"memberID:{alarm.Member} alarm:{NameOf(alarm.Kind)}");
        }

        return Task.FromResult(response);
    }

    public override async Task<AlarmResponse> Alarm(AlarmRequest request, ServerCallContext context)
    {
        if ((uint)request.Action > (uint)AlarmRequest.Types.AlarmAction.Deactivate || (uint)request.Alarm > (uint)AlarmType.Corrupt)
        {
            throw StatusMap.Exception(ServerError.InvalidAlarmAction);
        }

        var command = new AlarmCommand
        {
            Action = (AlarmAction)(int)request.Action,
            Kind = (AlarmKind)(int)request.Alarm,
            Member = request.MemberID,
        };
        ProposalOutcome outcome = await proposer.ProposeAsync(command, ServerCall.Of(context));
        ServerError error = outcome.Error == ServerError.None ? StatusMap.Of(outcome.Result.Error) : outcome.Error;
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        var response = new AlarmResponse { Header = headers.At(machine.Reader.Revision) };
        foreach (AlarmRecord alarm in outcome.Result.Alarms ?? [])
        {
            response.Alarms.Add(new AlarmMember { MemberID = alarm.Member, Alarm = (AlarmType)(int)alarm.Kind });
        }

        return response;
    }

    public override async Task<HashResponse> Hash(HashRequest request, ServerCallContext context)
    {
        using ScanSlot slot = await _scans.EnterAsync(ServerCall.Of(context).Credits, context.CancellationToken);
        long startedAt = Stopwatch.GetTimestamp();
        using ReadTxn txn = machine.Reader.OpenRead();
        KvHash hash = txn.HashKv(0);
        metrics.OnHash(startedAt);
        return new HashResponse { Header = headers.At(hash.Revision), Hash = hash.Hash };
    }

    public override async Task<HashKVResponse> HashKV(HashKVRequest request, ServerCallContext context)
    {
        using ScanSlot slot = await _scans.EnterAsync(ServerCall.Of(context).Credits, context.CancellationToken);
        long startedAt = Stopwatch.GetTimestamp();
        using ReadTxn txn = machine.Reader.OpenRead();
        KvHash hash = txn.HashKv(request.Revision);
        metrics.OnHashRev(startedAt);
        if (hash.Error != ErrorCode.None)
        {
            throw StatusMap.Exception(hash.Error);
        }

        if (ServerCall.Of(context).RequestHeader(UsersHash.Name) is not null)
        {
            context.ResponseTrailers.Add(UsersHash.Name, UsersHash.Write(AuthHash.Of(txn.Auth)));
        }

        return new HashKVResponse
        {
            Header = headers.At(hash.Revision),
            Hash = hash.Hash,
            CompactRevision = hash.CompactRevision,
            HashRevision = hash.HashRevision,
        };
    }

    /// <summary>Compacts the engine's files, when it has files, concurrently with reads and writes. The response has no header, as in etcd.</summary>
    public override async Task<DefragmentResponse> Defragment(DefragmentRequest request, ServerCallContext context)
    {
        long begunAt = metrics.BeginDefrag();
        try
        {
            await DefragmentAsync(ServerCall.Of(context));
        }
        finally
        {
            metrics.EndDefrag(begunAt);
        }

        return new DefragmentResponse();
    }

    private async Task DefragmentAsync(ServerCall call)
    {
        if (machine.Engine is not IDurableEngine engine)
        {
            log.NothingToDefragment(machine.Engine.Name, machine.Engine.SizeAllocated);
            return;
        }

        CancellationToken stop = call.CancellationToken;
        using ScanSlot slot = await _scans.EnterAsync(call.Credits, stop);
        long before = engine.SizeAllocated;
        long started = Stopwatch.GetTimestamp();
        await Task.Run(() => engine.Compact(stop), stop);
        log.Defragmented(before, engine.SizeAllocated, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    public override async Task<MoveLeaderResponse> MoveLeader(MoveLeaderRequest request, ServerCallContext context)
    {
        ServerError error = await move.ToAsync(request.TargetID);
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        return new MoveLeaderResponse();
    }

    /// <summary>Sends a backup of this member's state, as a file of etcd unless the call asks for another format. The responses have no header, as in etcd.</summary>
    public override async Task Snapshot(SnapshotRequest request, IServerStreamWriter<SnapshotResponse> responses, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        ServerCall call = ServerCall.Of(context);
        try
        {
            using ScanSlot slot = await _scans.EnterAsync(call.Credits, end.Token);
            using ResponseShare share = room.Open(call);
            if (!share.TryTake(BackupStream.MemoryBytes))
            {
                await slot.WaitOutsideAsync(room.ReopenAsync(share, call).AsTask(), end.Token);
            }

            long startedAt = Stopwatch.GetTimestamp();
            await _snapshots.SendAsync(responses, SnapshotFormat.Of(call), slot, end.Token);
            metrics.OnSnapshot(startedAt);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw StatusMap.Exception(ServerError.Stopped);
        }
    }

    /// <summary>Answers as etcd does, except that a downgrade cannot be started: there is no older release of this server.</summary>
    public override Task<DowngradeResponse> Downgrade(DowngradeRequest request, ServerCallContext context)
    {
        ServerError error = DowngradeValidator.Check(request, Versions.Cluster);
        if (error == ServerError.None && request.Action == DowngradeRequest.Types.DowngradeAction.Enable)
        {
            error = ServerError.NotCapable;
        }

        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        return Task.FromResult(new DowngradeResponse { Header = headers.At(machine.Reader.Revision), Version = Versions.ClusterSeries });
    }

    private static string NameOf(AlarmKind kind) => kind switch
    {
        AlarmKind.NoSpace => "NOSPACE",
        AlarmKind.Corrupt => "CORRUPT",
        _ => "NONE",
    };
}
