using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Clients;
using MetaStore.Simulation.Faults;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Runs;

/// <summary>One seed from start to end: faults and clients first, then all faults end and the cluster must converge.</summary>
internal sealed class SimRun
{
    private const long Patience = 300 * SimKernel.Second;

    private readonly SimCluster _cluster;
    private readonly Nemesis _nemesis;

    private SimRun(ulong seed, Action<string>? trace)
    {
        _cluster = new SimCluster(seed, trace);
        _nemesis = new Nemesis(_cluster);
    }

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">Determines everything.</param>
    /// <param name="skipped">Faults of its plan to skip; null = none.</param>
    /// <param name="trace">Receives a line for each event; null for none.</param>
    public static RunResult Run(ulong seed, IReadOnlySet<int>? skipped = null, Action<string>? trace = null)
    {
        var run = new SimRun(seed, trace);
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new SimSynchronization(run._cluster.Kernel));
        try
        {
            run.Run(skipped ?? new HashSet<int>());
            return run.Result(seed, null, null);
        }
        catch (ViolationException violation)
        {
            return run.Result(seed, violation.Invariant, violation.Message);
        }
        catch (Exception unexpected)
        {
            // An exception that the product would not have caught.
            return run.Result(seed, "NothingIsThrown", unexpected.ToString());
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            foreach (SimMachine machine in run._cluster.Machines)
            {
                machine.Process?.Dispose();
            }
        }
    }

    private void Run(IReadOnlySet<int> skipped)
    {
        foreach (SimMachine machine in _cluster.Machines)
        {
            machine.Boot();
        }

        _nemesis.Start(skipped);
        _cluster.Clients.Start();
        _cluster.Kernel.Run(_cluster.Plan.HealAt);
        _cluster.Trace("everything heals");
        _nemesis.HealAll();
        _cluster.Kernel.Run(_cluster.Kernel.Now + (2 * SimKernel.Second));
        _cluster.Clients.Stop();
        ComeToRest();
        if (_cluster.Random.Chance(0.3))
        {
            _cluster.Checks.AtEnd();
            RestartAll();
        }

        var after = new Aftermath(_cluster);
        if (_cluster.Features.HasLeases)
        {
            after.AwaitExpiry();
            ComeToRest();
        }

        if (_cluster.Features.HasWatches)
        {
            after.AwaitWatches(Leader);
        }

        _cluster.Checks.AtEnd();
    }

    // Liveness: a leader, one more write, and all members at the same index.
    private void ComeToRest()
    {
        long end = _cluster.Kernel.Now + Patience;
        Operation? last = null;
        while (_cluster.Kernel.Now < end)
        {
            _cluster.Kernel.Run(_cluster.Kernel.Now + (100 * SimKernel.Millisecond));
            if (last is { Outcome: Outcome.Done } && !_cluster.Clients.AreWaiting && HaveConverged())
            {
                return;
            }

            SimMachine? leader = Leader();
            if (leader is not null && last is not { Outcome: Outcome.Done } && !_cluster.Clients.Last.IsWaiting)
            {
                last = _cluster.Clients.Last.Begin(new ClientCall(_cluster.Clients.Workload.Put(), default, false), leader);
            }
        }

        throw new ViolationException("Liveness", $"no rest {Patience / SimKernel.Second} s after everything healed: {Describe(last)}");
    }

    // The whole state must be recovered from the disks alone.
    private void RestartAll()
    {
        _cluster.Trace("all restart");
        foreach (SimMachine machine in _cluster.Machines)
        {
            machine.Kill(losesPower: _cluster.Random.Chance(0.5));
        }

        foreach (SimMachine machine in _cluster.Machines)
        {
            machine.Boot();
        }

        ComeToRest();
    }

    private SimMachine? Leader() => _cluster.Machines
        .Where(machine => machine.Process?.Node.Leadership.Role == Role.Leader)
        .MaxBy(machine => machine.Process!.Node.Progress.Term);

    private bool HaveConverged()
    {
        if (Leader()?.Process is not { } leader)
        {
            return false;
        }

        ConfState members = leader.Core.Status.ConfState;
        ulong applied = leader.State.Reader.AppliedIndex;
        return !members.IsJoint && applied == leader.Node.Progress.LastIndex && members.Voters.Concat(members.Learners)
            .Select(_cluster.Machine)
            .All(machine => machine.IsLost || machine.Process?.State.Reader.AppliedIndex == applied);
    }

    private string Describe(Operation? last) => string.Join(
        ", ",
        _cluster.Machines.Select(machine => machine.Process is { } process
            ? $"node {machine.Id} {process.Node.Leadership.Role} term {process.Node.Progress.Term} commit {process.Node.Progress.Committed} applied {process.State.Reader.AppliedIndex} reported {process.Core.Status.Applied} last {process.Node.Progress.LastIndex} of {string.Join(' ', process.Core.Status.ConfState.Voters)}"
            : $"node {machine.Id} {(machine.IsLost ? "lost" : "down")}")) + $"; last write: {last?.Outcome}; leader's view: {string.Join(", ", Leader()?.Process?.Core.Status.Followers.Select(follower => follower.ToString()) ?? [])}";

    private RunResult Result(ulong seed, string? invariant, string? detail)
    {
        RunStatistics statistics = _cluster.Statistics;
        statistics.PageFiles = _cluster.Machines.Sum(machine => machine.Disk.PageFiles);
        statistics.Seeds = 1;
        statistics.Events = _cluster.Kernel.Executed;
        statistics.VirtualTime = _cluster.Kernel.Now;
        statistics.Starts = _cluster.Machines.Sum(machine => machine.Starts);
        return new RunResult(seed, _cluster.Kernel.Hash, invariant, detail, _cluster.Plan.Faults.Count, statistics);
    }
}
