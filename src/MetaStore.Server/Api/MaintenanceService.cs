using System.Diagnostics;
using Etcdserverpb;
using MetaStore.Engines;
using MetaStore.Grpc;
using MetaStore.Raft;
using MetaStore.Raft.Runtime;
using MetaStore.Server.Applying;
using MetaStore.Server.Configuration;
using MetaStore.Server.Observability;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc;

namespace MetaStore.Server.Api;

/// <summary>etcdserverpb.Maintenance: status, alarms, hashes, defragmentation and moving the leader.</summary>
internal sealed class MaintenanceService(
    RaftNode node, ReplicatedStateMachine machine, Proposer proposer, Leadership leadership, SpaceQuota quota, ResponseHeaders headers, ServerLog log,
    TimeSpan electionTimeout)
{
    private static readonly TimeSpan TransferPoll = TimeSpan.FromMilliseconds(50);

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
        using ReadTxn txn = machine.Reader.OpenRead();
        KvHash hash = txn.HashKv(0);
        return ValueTask.FromResult(new HashResponse { Header = headers.At(hash.Revision), Hash = hash.Hash });
    }

    public ValueTask<HashKVResponse> HashKV(HashKVRequest request, CallContext context)
    {
        using ReadTxn txn = machine.Reader.OpenRead();
        KvHash hash = txn.HashKv(request.Revision);
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
        if (machine.Engine is not IDurableEngine engine)
        {
            log.NothingToDefragment(machine.Engine.Name, machine.Engine.SizeAllocated);
            return new DefragmentResponse();
        }

        long before = engine.SizeAllocated;
        long started = Stopwatch.GetTimestamp();
        await Task.Run(() => engine.Compact(context.CancellationToken), context.CancellationToken);
        log.Defragmented(before, engine.SizeAllocated, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return new DefragmentResponse();
    }

    public async ValueTask<MoveLeaderResponse> MoveLeader(MoveLeaderRequest request, CallContext context)
    {
        ServerError error = await MoveAsync(request.TargetID);
        if (error != ServerError.None)
        {
            context.Fail(StatusMap.Of(error));
        }

        return new MoveLeaderResponse();
    }

    private static string NameOf(AlarmKind kind) => kind switch
    {
        AlarmKind.NoSpace => "NOSPACE",
        AlarmKind.Corrupt => "CORRUPT",
        _ => "NONE",
    };

    private async Task<ServerError> MoveAsync(ulong target)
    {
        if (leadership.Role != Role.Leader)
        {
            return ServerError.NotLeader;
        }

        if (machine.Members.Find(target) is not { IsLearner: false })
        {
            return ServerError.BadLeaderTransferee;
        }

        if (target == node.NodeId)
        {
            return ServerError.None;
        }

        node.TransferLeader(target);
        long deadlineAt = Environment.TickCount64 + (long)electionTimeout.TotalMilliseconds;
        while (leadership.Leader != target)
        {
            if (Environment.TickCount64 >= deadlineAt)
            {
                return ServerError.TimeoutLeaderTransfer;
            }

            await leadership.WaitForChangeAsync(TransferPoll);
        }

        return ServerError.None;
    }
}
