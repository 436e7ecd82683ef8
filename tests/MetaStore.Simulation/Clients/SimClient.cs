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
    private static readonly long ReadPatience = 5 * SimKernel.Second;

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
        TimeSpan? deadline = call.Command is not null && cluster.CallRandom.Chance(cluster.Swarm.Deadlines)
            ? TimeSpan.FromMilliseconds(cluster.CallRandom.LogBetween(5, 3000))
            : null;
        process.Schedule(cluster.Random.Exponential(SimKernel.Millisecond), () => Arrive(operation, process, deadline));

        // Longer than the node has, so that its error arrives.
        long patience = call.Command is null ? ReadPatience : (deadline ?? cluster.Swarm.RequestTimeout).Ticks + SimKernel.Second;
        cluster.Kernel.After(patience, () => Finish(operation, Outcome.Unknown));
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

    private void Arrive(Operation operation, SimProcess process, TimeSpan? deadline)
    {
        if (_open != operation)
        {
            return;
        }

        switch (operation.Command)
        {
            case PutCommand put:
                Propose(operation, process, put, deadline);
                break;
            case DeleteRangeCommand delete:
                Propose(operation, process, delete, deadline);
                break;
            case TxnCommand txn:
                Propose(operation, process, txn, deadline);
                break;
            case CompactCommand compact:
                Propose(operation, process, compact, deadline);
                break;
            case LeaseGrantCommand grant:
                Propose(operation, process, grant, deadline);
                break;
            case LeaseRevokeCommand revoke:
                Propose(operation, process, revoke, deadline);
                break;
            case null when operation.IsSerializable:
                Answer(operation, process);
                break;
            case null:
                Confirm(operation, process);
                break;
            default:
                Propose(operation, process, operation.Command, deadline);
                break;
        }
    }

    private void Propose<TCommand>(Operation operation, SimProcess process, TCommand command, TimeSpan? deadline)
        where TCommand : ICommand => process.Threads.Run(() => AwaitWrite(operation, process, command, deadline));

    // The product's way of a write from here on. The continuation comes back as an event of the node; an exception ends the run.
    private async void AwaitWrite<TCommand>(Operation operation, SimProcess process, TCommand command, TimeSpan? deadline)
        where TCommand : ICommand
    {
        SimCall call = process.Calls.Arrive(number, deadline);
        ProposalOutcome ended = await (cluster.Features.HasUsers
            ? process.Proposer.ProposeAsync(new AsCommand<TCommand>(operation.Identity ?? AuthIdentity.Internal, command), call)
            : number % 2 == 0 ? process.Proposer.ProposeAsync(command, call) : BeginAsync(process, command, call));
        Outcome outcome = cluster.Checks.Calls.Ended(process, call, ended.Error);
        if (outcome == Outcome.Done && _open == operation)
        {
            operation.Revision = ended.Result.Succeeded ? ended.Result.Revision : 0;
            operation.Answer = AnswerText.Of(ended.Result);
        }

        Finish(operation, outcome);
    }

    // The way of a put that is an operation of a stream, for every command of half of the clients.
    private static async ValueTask<ProposalOutcome> BeginAsync<TCommand>(SimProcess process, TCommand command, SimCall call)
        where TCommand : ICommand
    {
        if (!process.Proposer.TryBegin(command, call, out BegunProposal begun, isBurst: true))
        {
            return await process.Proposer.ProposeAsync(command, call);
        }

        process.Proposer.EndBurst();
        ProposalOutcome outcome = await begun.Outcome;
        return process.Proposer.TryEnd(call, ref begun, ref outcome) ? outcome : await process.Proposer.ContinueAsync(command, call, begun);
    }

    // The continuation comes back as an event; an exception ends the run.
    private async void Confirm(Operation operation, SimProcess process)
    {
        ulong floor = cluster.HighestApplied;
        long handOver = cluster.Checks.HandOver.UnderWay(process);
        ServerError error = await process.Reads.ConfirmAsync();
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
