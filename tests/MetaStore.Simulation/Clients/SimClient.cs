using MetaStore.Batching.Admission;
using MetaStore.Server;
using MetaStore.Server.Proposals;
using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Clients;

/// <summary>A client: one call at a time, to any node, never repeated when its outcome is unknown.</summary>
internal sealed class SimClient(SimCluster cluster, int number, Workload workload)
{
    private static readonly long Patience = 5 * SimKernel.Second;

    private Operation? _open;
    private SimMachine? _target;

    /// <summary>True while a call is open.</summary>
    public bool IsWaiting => _open is not null;

    /// <summary>True once the client makes no more calls.</summary>
    public bool IsStopped { get; set; }

    public void Start() => cluster.Kernel.After(cluster.Random.Exponential(cluster.Swarm.ThinkTime), Act);

    /// <summary>Makes one call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="target">The node, which is running.</param>
    public Operation Begin(ClientCall call, SimMachine target)
    {
        SimProcess process = target.Process!;
        var operation = new Operation
        {
            Client = number,
            Session = ((long)target.Id << 32) | (uint)target.Starts,
            Command = call.Command,
            Identity = call.Identity,
            Query = call.Query,
            IsSerializable = call.IsSerializable,
            Call = cluster.Kernel.Now,
        };
        (_open, _target) = (operation, target);
        cluster.Clients.Add(operation);
        process.Schedule(cluster.Random.Exponential(SimKernel.Millisecond), () => Arrive(operation, process));
        cluster.Kernel.After(Patience, () => Finish(operation, Outcome.Unknown));
        return operation;
    }

    /// <summary>The call got a response or was given up. Only the first of these counts.</summary>
    public void Finish(Operation operation, Outcome outcome)
    {
        if (_open != operation)
        {
            return;
        }

        _open = null;
        operation.Return = cluster.Kernel.Now;
        operation.Outcome = outcome;
        cluster.Statistics.Count(operation);
        cluster.Kernel.Note(0xC11E, (ulong)number << 8 | (ulong)outcome, (ulong)operation.Revision);
        operation.Ended?.Invoke();
        if (!IsStopped)
        {
            Start();
        }
    }

    public void OnCrash(ulong node)
    {
        if (_open is { } operation && _target!.Id == node)
        {
            Finish(operation, Outcome.Unknown);
        }
    }

    private void Act()
    {
        if (IsStopped || IsWaiting)
        {
            return;
        }

        SimMachine target = cluster.Random.Pick(cluster.Machines);
        if (target.IsRunning)
        {
            Begin(workload.Next(), target);
        }
        else
        {
            Start();
        }
    }

    private void Arrive(Operation operation, SimProcess process)
    {
        if (_open != operation)
        {
            return;
        }

        switch (operation.Command)
        {
            case PutCommand put:
                Propose(operation, process, put);
                break;
            case DeleteRangeCommand delete:
                Propose(operation, process, delete);
                break;
            case TxnCommand txn:
                Propose(operation, process, txn);
                break;
            case CompactCommand compact:
                Propose(operation, process, compact);
                break;
            case LeaseGrantCommand grant:
                Propose(operation, process, grant);
                break;
            case LeaseRevokeCommand revoke:
                Propose(operation, process, revoke);
                break;
            case null when operation.IsSerializable:
                Answer(operation, process);
                break;
            case null:
                Confirm(operation, process);
                break;
            default:
                Propose(operation, process, operation.Command);
                break;
        }
    }

    private void Propose<TCommand>(Operation operation, SimProcess process, TCommand command)
        where TCommand : ICommand
    {
        if (cluster.Features.HasUsers)
        {
            Enqueue(operation, process, new AsCommand<TCommand>(operation.Identity ?? AuthIdentity.Internal, command));
        }
        else
        {
            Enqueue(operation, process, command);
        }
    }

    private void Enqueue<TCommand>(Operation operation, SimProcess process, TCommand command)
        where TCommand : ICommand
    {
        ProposalAdmissionResult result = ProposalAdmissionResult.Stopped;
        process.Guard(() => result = process.Batcher.Enqueue(new CommandEncoder<TCommand>(command), new SimWaiter(this, operation)));
        if (result != ProposalAdmissionResult.Accepted)
        {
            Finish(operation, Outcome.Failed);
        }
    }

    // The continuation comes back as an event; an exception ends the run.
    private async void Confirm(Operation operation, SimProcess process)
    {
        ulong floor = cluster.HighestApplied;
        long handOver = cluster.Checks.HandOver.UnderWay(process);
        process.WakeRaft();
        ValueTask<ServerError> confirming = process.Reads.ConfirmAsync();
        process.WakeRaft();
        ServerError error = await confirming;
        if (_open != operation || !process.IsAlive)
        {
            return;
        }

        if (error != ServerError.None)
        {
            Finish(operation, Outcome.Failed);
            return;
        }

        if (handOver != 0 && handOver == cluster.Checks.HandOver.UnderWay(process))
        {
            throw new ViolationException("HandOverIsQuiet", $"node {process.Machine.Id} confirms a read that was started during its leadership transfer");
        }

        if (process.State.Reader.AppliedIndex < floor)
        {
            throw new ViolationException(
                "ReadsAreLinearizable",
                $"node {process.Machine.Id} confirms a read at index {process.State.Reader.AppliedIndex}; {floor} was applied before it was asked");
        }

        Answer(operation, process);
    }

    private void Answer(Operation operation, SimProcess process)
    {
        using ReadTxn read = process.State.Reader.OpenRead();
        RangeResult result = read.Range(operation.Query);
        operation.Revision = result.Revision;
        operation.Answer = AnswerText.Of(result);
        Finish(operation, Outcome.Done);
    }
}
