using System.Diagnostics;
using MetaStore.Protocol.Etcd;
using MetaStore.Engines;
using MetaStore.Grpc;
using MetaStore.Raft.Runtime;
using MetaStore.Server.Budgets;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Observability;
using MetaStore.Server.Proposing;
using MetaStore.Server.Validation;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Hashing;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Api;

/// <summary>etcdserverpb.Maintenance: status, alarms, hashes, backups, defragmentation and moving the leader.</summary>
internal sealed class MaintenanceService(
    RaftNode node, ReplicatedStateMachine machine, Proposer proposer, LeaderMove move, SpaceQuota quota, ResponseHeaders headers, ResponseRoom room, ServerLog log,
    MaintenanceMetrics metrics, CancellationToken stopping)
{
    private readonly SnapshotSender _snapshots = new(machine.Engine);

    public ValueTask<StatusResponse> Status(StatusRequest request, CallContext context)
    {
        NodeProgress progress = node.Progress;
        var response = new StatusResponse
        {
            Header = headers.At(machine.Reader.Revision),
            Version = Versions.Announced,
            DbSize = machine.Engine.SizeAllocated,
            DbSizeInUse = machine.Engine.SizeInUse,
            DbSizeQuota = quota.Bytes,
            Leader = progress.Leader,
            RaftIndex = progress.Committed,
            RaftTerm = progress.Term,
            RaftAppliedIndex = progress.Applied,
            IsLearner = machine.Members.Find(node.NodeId)?.IsLearner ?? false,
            StorageVersion = Versions.Cluster,
            DowngradeInfo = new DowngradeInfo(),
        };
        if (progress.Leader == 0)
        {
            response.Errors.Add(StatusMap.Of(ServerError.NoLeader).Detail);
        }

        foreach (AlarmRecord alarm in machine.Alarms.Raised)
        {
            response.Errors.Add($"memberID:{alarm.Member} alarm:{NameOf(alarm.Kind)}");
        }

        return ValueTask.FromResult(response);
    }

    public async ValueTask<AlarmResponse> Alarm(AlarmRequest request, CallContext context)
    {
        if ((uint)request.Action > (uint)AlarmRequest.Types.AlarmAction.Deactivate || (uint)request.Alarm > (uint)AlarmType.Corrupt)
        {
            context.Fail(StatusMap.Of(ServerError.InvalidAlarmAction));
            return null!;
        }

        var command = new AlarmCommand
        {
            Action = (AlarmAction)(int)request.Action,
            Kind = (AlarmKind)(int)request.Alarm,
            Member = request.MemberID,
        };
        ProposalOutcome outcome = await proposer.ProposeAsync(command, context);
        ServerError error = outcome.Error == ServerError.None ? StatusMap.Of(outcome.Result.Error) : outcome.Error;
        if (error != ServerError.None)
        {
            context.Fail(StatusMap.Of(error));
            return null!;
        }

        var response = new AlarmResponse { Header = headers.At(machine.Reader.Revision) };
        foreach (AlarmRecord alarm in outcome.Result.Alarms ?? [])
        {
            response.Alarms.Add(new AlarmMember { MemberID = alarm.Member, Alarm = (AlarmType)(int)alarm.Kind });
        }

        return response;
    }

    public ValueTask<HashResponse> Hash(HashRequest request, CallContext context)
    {
        long startedAt = Stopwatch.GetTimestamp();
        using ReadTxn txn = machine.Reader.OpenRead();
        KvHash hash = txn.HashKv(0);
        metrics.OnHash(startedAt);
        return ValueTask.FromResult(new HashResponse { Header = headers.At(hash.Revision), Hash = hash.Hash });
    }

    public ValueTask<HashKVResponse> HashKV(HashKVRequest request, CallContext context)
    {
        long startedAt = Stopwatch.GetTimestamp();
        using ReadTxn txn = machine.Reader.OpenRead();
        KvHash hash = txn.HashKv(request.Revision);
        metrics.OnHashRev(startedAt);
        if (hash.Error != ErrorCode.None)
        {
            context.Fail(StatusMap.Of(StatusMap.Of(hash.Error)));
            return ValueTask.FromResult<HashKVResponse>(null!);
        }

        return ValueTask.FromResult(new HashKVResponse
        {
            Header = headers.At(hash.Revision),
            Hash = hash.Hash,
            CompactRevision = hash.CompactRevision,
            HashRevision = hash.HashRevision,
        });
    }

    /// <summary>Compacts the engine's files, when it has some, beside reads and writes: nothing waits for it. The answer has no header, as etcd's.</summary>
    public async ValueTask<DefragmentResponse> Defragment(DefragmentRequest request, CallContext context)
    {
        long begunAt = metrics.BeginDefrag();
        try
        {
            await DefragmentAsync(context.CancellationToken);
        }
        finally
        {
            metrics.EndDefrag(begunAt);
        }

        return new DefragmentResponse();
    }

    private async Task DefragmentAsync(CancellationToken stop)
    {
        if (machine.Engine is not IDurableEngine engine)
        {
            log.NothingToDefragment(machine.Engine.Name, machine.Engine.SizeAllocated);
            return;
        }

        long before = engine.SizeAllocated;
        long started = Stopwatch.GetTimestamp();
        await Task.Run(() => engine.Compact(stop), stop);
        log.Defragmented(before, engine.SizeAllocated, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    public async ValueTask<MoveLeaderResponse> MoveLeader(MoveLeaderRequest request, CallContext context)
    {
        ServerError error = await move.ToAsync(request.TargetID);
        if (error != ServerError.None)
        {
            context.Fail(StatusMap.Of(error));
        }

        return new MoveLeaderResponse();
    }

    /// <summary>Sends a backup of this member's state. The answers have no header, as etcd's.</summary>
    public async ValueTask Snapshot(SnapshotRequest request, IResponseStream<SnapshotResponse> responses, CallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        using ResponseShare share = room.Open(context);
        if (!await room.ReserveAsync(share, SnapshotSender.MemoryBytes, context))
        {
            return;
        }

        try
        {
            long startedAt = Stopwatch.GetTimestamp();
            await _snapshots.SendAsync(responses, end.Token);
            metrics.OnSnapshot(startedAt);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            context.Fail(StatusMap.Of(ServerError.Stopped));
        }
    }

    /// <summary>Answers as etcd does, but for beginning a downgrade: there is no older release of this server to go to.</summary>
    public ValueTask<DowngradeResponse> Downgrade(DowngradeRequest request, CallContext context)
    {
        ServerError error = DowngradeValidator.Check(request, Versions.Cluster);
        if (error == ServerError.None && request.Action == DowngradeRequest.Types.DowngradeAction.Enable)
        {
            error = ServerError.NotCapable;
        }

        if (error != ServerError.None)
        {
            context.Fail(StatusMap.Of(error));
            return ValueTask.FromResult<DowngradeResponse>(null!);
        }

        return ValueTask.FromResult(new DowngradeResponse { Header = headers.At(machine.Reader.Revision), Version = Versions.ClusterSeries });
    }

    private static string NameOf(AlarmKind kind) => kind switch
    {
        AlarmKind.NoSpace => "NOSPACE",
        AlarmKind.Corrupt => "CORRUPT",
        _ => "NONE",
    };
}
