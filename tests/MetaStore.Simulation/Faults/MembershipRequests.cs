using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Faults;

/// <summary>Asks some node for another membership: one step or several, through a joint configuration or not, sensible or not.</summary>
internal sealed class MembershipRequests(SimCluster cluster)
{
    public void Ask(SimRandom random)
    {
        SimMachine[] running = [.. cluster.Machines.Where(machine => machine.IsRunning)];
        if (running.Length == 0)
        {
            return;
        }

        // Mostly the leader; others pass it on.
        SimMachine asked = running.FirstOrDefault(machine => machine.Process!.Node.Progress.Role == Role.Leader && random.Chance(0.8))
            ?? random.Pick(running);
        var steps = new ConfChangeStep[random.Pick([1, 1, 1, 2, 3])];
        for (int i = 0; i < steps.Length; i++)
        {
            var type = random.Pick([ConfChangeType.AddVoter, ConfChangeType.AddVoter, ConfChangeType.AddLearner, ConfChangeType.Remove]);
            steps[i] = new ConfChangeStep(type, random.Pick(cluster.Machines).Id);
        }

        _ = asked.Process!.Node.ProposeConfChangeAsync(new ConfChange(steps, Joint: random.Chance(0.3), default)).AsTask();
        asked.Process.WakeRaft();
    }
}
