using MetaStore.Server;
using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Clients;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Calls;

/// <summary>Every write has one outcome, in time, and an error that fits it; afterwards it holds nothing any more.</summary>
/// <remarks>
/// That a write with an answer was applied once, and one that was refused never, is judged by the log: <see cref="ExactlyOnce"/> and
/// <see cref="RevisionChecker"/>.
/// </remarks>
internal sealed class CallsEnd(SimCluster cluster) : Invariant(cluster)
{
    /// <summary>A deadline is noticed by a sweep every 100 ms, and the call continues some steps later.</summary>
    private const long Bound = SimKernel.Second;

    private readonly PerLife<long> _nextLook = new();

    /// <summary>A write has ended.</summary>
    /// <returns>What its caller concludes.</returns>
    public Outcome Ended(SimProcess process, SimCall call, ServerError error)
    {
        Require(process.Calls.Remove(call), $"node {process.Machine.Id} ends a call a second time, with {error}");
        Outcome? outcome = CallErrors.OutcomeOf(error);
        Require(outcome is not null, $"node {process.Machine.Id} answers a write with {error}");
        bool isTimeout = error is ServerError.Timeout or ServerError.TimeoutDueToConnectionLost or ServerError.DeadlineExceeded;
        Require(
            !isTimeout || call.Age + TimeSpan.FromMicroseconds(1) >= call.Patience,
            $"node {process.Machine.Id} ends a call with {error} after {call.Age} of {call.Patience}");
        Require(
            !isTimeout || (error == ServerError.DeadlineExceeded) == call.HasDeadline,
            $"node {process.Machine.Id} ends a call {(call.HasDeadline ? "with" : "without")} a deadline with {error}");
        Cluster.Statistics.Refused += outcome == Outcome.Failed ? 1 : 0;
        Cluster.Statistics.TimedOut += outcome == Outcome.Unknown ? 1 : 0;
        return outcome!.Value;
    }

    public override void Turned(SimProcess process)
    {
        if (!_nextLook.TryGet(process, out long next) || Cluster.Kernel.Now >= next)
        {
            _nextLook.Set(process, Cluster.Kernel.Now + SimKernel.Second);
            Look(process);
        }
    }

    public override void AtEnd()
    {
        foreach (SimMachine machine in Cluster.Machines)
        {
            if (machine.Process is { } process)
            {
                Look(process);
            }
        }
    }

    private void Look(SimProcess process)
    {
        foreach (SimCall call in process.Calls.Open)
        {
            long late = process.Time.InTrueTime(call.Age - call.Patience);
            Require(
                late <= Bound || Cluster.Kernel.Now <= process.HeldUpTo + Bound,
                $"node {process.Machine.Id} has a call of {call.Age} that was to end after {call.Patience}");
        }

        // The node's own proposals, for leases, are not among the calls.
        if (process.Calls.Open.Count == 0 && !Cluster.Features.HasLeases)
        {
            int waiting = process.Pending.WaitingCount;
            Require(waiting == 0, $"node {process.Machine.Id} has {waiting} waiters and no call");
            int held = process.Admission.Statistics.Held;
            Require(held == 0, $"node {process.Machine.Id} holds {held} credits for no call");
        }
    }
}
