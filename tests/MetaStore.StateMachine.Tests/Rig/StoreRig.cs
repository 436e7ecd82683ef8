using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc.Hashing;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.StateMachine.Tests.Rig;

/// <summary>A state machine on a probed engine; each call is one entry and is published at once.</summary>
internal sealed class StoreRig
{
    public StoreRig(string engine)
        : this(new ProbedEngine(engine))
    {
    }

    public StoreRig(ProbedEngine engine)
    {
        Engine = engine;
        Machine = new ReplicatedStateMachine(Engine);
    }

    public ProbedEngine Engine { get; }

    public ReplicatedStateMachine Machine { get; }

    public long Revision => Machine.Reader.Revision;

    public CommandResult Apply<TCommand>(TCommand command)
        where TCommand : ICommand
    {
        var result = ApplyUnpublished(command);
        Machine.Publish();
        return result;
    }

    public CommandResult ApplyUnpublished<TCommand>(TCommand command)
        where TCommand : ICommand
        => ApplyUnpublishedAny(CommandFormat.Encode(command));

    public CommandResult ApplyUnpublishedAny(byte[] command)
    {
        Assert.True(Machine.BeginEntry(Machine.AppliedIndex + 1, 1));
        var result = Machine.Apply(command);
        Machine.EndEntry();
        return result;
    }

    public CommandResult Put(string key, string value = "", long lease = 0, bool prevKv = false)
        => Apply(new PutCommand { Key = Bytes.Of(key), Value = Bytes.Of(value), Lease = lease, PrevKv = prevKv });

    public CommandResult Delete(string key, string? end = null, bool prevKv = false)
        => Apply(new DeleteRangeCommand { Key = Bytes.Of(key), RangeEnd = Bytes.Of(end), PrevKv = prevKv });

    public CommandResult Compact(long revision) => Apply(new CompactCommand { Revision = revision });

    public CommandResult Grant(long id, long ttl = 10) => Apply(new LeaseGrantCommand { Id = id, Ttl = ttl });

    public CommandResult Revoke(long id) => Apply(new LeaseRevokeCommand { Id = id });

    public CommandResult Txn(TxnCompare[] compares, TxnOp[] success, TxnOp[]? failure = null)
        => Apply(Ops.Txn(compares, success, failure));

    public RangeSummary Get(string key, string? end = null, long revision = 0)
        => Range(new RangeQuery { Key = Bytes.Of(key), RangeEnd = Bytes.Of(end), Revision = revision });

    public RangeSummary Range(RangeQuery query)
    {
        using var read = Machine.Reader.OpenRead();
        return RangeSummary.Of(read.Range(query));
    }

    public KvHash Hash(long revision = 0)
    {
        using var read = Machine.Reader.OpenRead();
        return read.HashKv(revision);
    }

    /// <summary>Runs the physical compaction until it is complete; returns the number of steps.</summary>
    public int CompactPhysically(int budget = 1000)
    {
        var steps = 0;
        while (Machine.HasCompactionWork)
        {
            Machine.CompactStep(budget);
            steps++;
        }

        return steps;
    }
}
