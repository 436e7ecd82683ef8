using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Faults;

/// <summary>Requests membership changes from some node: one step or several, through a joint configuration or not, sensible or not.</summary>
/// <remarks>
/// Changes break clusters where they coincide with something else, which single requests seconds apart rarely do. So some come in bursts, some go
/// to a newly elected leader, and some are followed by a network partition.
/// </remarks>
internal sealed class MembershipRequests
{
    private readonly SimCluster _cluster;
    private readonly Partitions _partitions;
    private readonly Queue<SimRandom> _forNextLeader = new();

    public MembershipRequests(SimCluster cluster, Partitions partitions)
    {
        (_cluster, _partitions) = (cluster, partitions);
        cluster.LeaderElected += OnLeader;
    }

    /// <param name="machine">The node that a partition is drawn around.</param>
    /// <param name="random">Determines the request.</param>
    /// <param name="length">Duration of a partition after it.</param>
    public void Ask(SimMachine machine, SimRandom random, long length)
    {
        switch (random.Next(5))
        {
            case 0:
                _forNextLeader.Enqueue(random.Fork());
                break;
            case 1 or 2:
                for (int left = random.Between(2, 4); left > 0; left--)
                {
                    SimRandom own = random.Fork();
                    _cluster.Kernel.After(random.Exponential(30 * SimKernel.Millisecond), () => AskLeader(own));
                }

                break;
            default:
                AskLeader(random);
                break;
        }

        if (random.Chance(0.4))
        {
            FaultKind kind = random.Pick([FaultKind.Split, FaultKind.LoseLeader, FaultKind.CutDirections]);
            SimRandom own = random.Fork();
            _cluster.Kernel.After(random.Exponential(100 * SimKernel.Millisecond), () =>
            {
                if (_cluster.Kernel.Now < _cluster.Plan.HealAt)
                {
                    _partitions.Do(kind, machine, own, length);
                }
            });
        }
    }

    private void OnLeader(SimProcess leader)
    {
        if (_forNextLeader.TryDequeue(out SimRandom? random))
        {
            leader.Schedule(random.Exponential(SimKernel.Millisecond), () => Ask(leader, random));
        }
    }

    // Mostly the leader; other nodes forward it.
    private void AskLeader(SimRandom random)
    {
        SimMachine[] running = [.. _cluster.Machines.Where(machine => machine.IsRunning)];
        if (running.Length > 0)
        {
            SimMachine asked = running.FirstOrDefault(machine => machine.Process!.Node.Leadership.Role == Role.Leader && random.Chance(0.8))
                ?? random.Pick(running);
            Ask(asked.Process!, random);
        }
    }

    private void Ask(SimProcess asked, SimRandom random)
    {
        var steps = new ConfChangeStep[random.Pick([1, 1, 1, 2, 3])];
        for (int i = 0; i < steps.Length; i++)
        {
            var type = random.Pick([ConfChangeType.AddVoter, ConfChangeType.AddVoter, ConfChangeType.AddLearner, ConfChangeType.Remove]);
            steps[i] = new ConfChangeStep(type, random.Pick(_cluster.Machines).Id);
        }

        _ = asked.Node.ProposeConfChangeAsync(new ConfChange(steps, Joint: random.Chance(0.3), default)).AsTask();
    }
}
