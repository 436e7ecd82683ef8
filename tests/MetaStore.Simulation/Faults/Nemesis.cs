using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Faults;

/// <summary>Executes the fault plan.</summary>
internal sealed class Nemesis
{
    private readonly SimCluster _cluster;
    private readonly Partitions _partitions;
    private readonly DiskFaults _disks;
    private readonly MembershipRequests _membership;

    public Nemesis(SimCluster cluster)
    {
        _cluster = cluster;
        _partitions = new Partitions(cluster);
        _disks = new DiskFaults(cluster);
        _membership = new MembershipRequests(cluster, _partitions);
    }

    /// <summary>Schedules every fault of the plan.</summary>
    /// <param name="skipped">Numbers of faults to skip.</param>
    public void Start(IReadOnlySet<int> skipped)
    {
        foreach (Fault fault in _cluster.Plan.Faults)
        {
            if (!skipped.Contains(fault.Number))
            {
                _cluster.Kernel.After(fault.Time, () => Do(fault));
            }
        }
    }

    /// <summary>Ends all faults and restarts every node that is not lost permanently.</summary>
    public void HealAll()
    {
        _cluster.Network.HealAll();
        _cluster.Network.Loss = 0;
        _cluster.Network.Duplication = 0;
        _cluster.Network.Delay = Math.Min(_cluster.Swarm.NetworkDelay, 2 * SimKernel.Millisecond);
        foreach (SimMachine machine in _cluster.Machines)
        {
            machine.Disk.SyncFailure = 0;
            machine.SlowUntil = 0;
            if (machine.Process is { } process)
            {
                process.PausedUntil = 0;
            }

            machine.Boot();
        }
    }

    private void Do(Fault fault)
    {
        if (_cluster.Kernel.Now >= _cluster.Plan.HealAt)
        {
            return;
        }

        var random = new SimRandom(fault.Seed);
        SimMachine machine = random.Pick(_cluster.Machines);
        long length = random.Exponential(3 * SimKernel.Second);
        _cluster.Statistics.Faults++;
        _cluster.Trace($"fault {fault.Number}: {fault.Kind} (node {machine.Id}, {length / (double)SimKernel.Second:F2} s)");
        _cluster.Kernel.Note(0xFA17, (ulong)fault.Number, (ulong)fault.Kind);
        switch (fault.Kind)
        {
            case FaultKind.Kill:
                machine.Kill(losesPower: false);
                _cluster.Kernel.After(length, machine.Boot);
                break;
            case FaultKind.PowerCut when random.Chance(0.6) && machine.IsRunning:
                machine.Disk.CutPowerWithin(12);
                break;
            case FaultKind.PowerCut:
                machine.Kill(losesPower: true);
                _cluster.Kernel.After(length, machine.Boot);
                break;
            case FaultKind.PowerCutOfAll:
                foreach (SimMachine each in _cluster.Machines)
                {
                    each.Kill(losesPower: true);
                    _cluster.Kernel.After(random.Exponential(2 * SimKernel.Second), each.Boot);
                }

                break;
            case FaultKind.Pause when machine.Process is { } process:
                process.PausedUntil = _cluster.Kernel.Now + length;
                break;
            case FaultKind.BadWeather:
                _cluster.Network.Loss = random.NextDouble() * 0.5;
                _cluster.Network.Duplication = random.NextDouble() * 0.3;
                _cluster.Network.Delay = _cluster.Swarm.NetworkDelay * random.Between(1, 20);
                _cluster.Kernel.After(length, Clear);
                break;
            case FaultKind.Transfer when machine.Process is { } process:
                process.Node.TransferLeader(random.Pick(_cluster.Machines).Id);
                break;
            case FaultKind.Campaign when machine.Process is { } process:
                process.Node.Campaign();
                break;
            case FaultKind.WallClock:
                machine.WallOffset += TimeSpan.FromSeconds(random.Between(-7200, 7200));
                break;
            case FaultKind.Rebatch when machine.Process is { } process:
                process.Guard(() => process.Batcher.Configure(process.Batcher.Settings with
                {
                    FlushWhenIdle = random.Chance(0.5),
                    MaxBatchSize = random.Pick([1, 4, 64, 256]),
                    PipelineDepth = random.Between(1, 4),
                }));
                break;
            case FaultKind.Membership:
                _membership.Ask(machine, random, length);
                break;
            case FaultKind.HostileMessages:
                HostileMessages.Send(machine, random, _cluster.Kernel.Now);
                break;
            case FaultKind.SyncError or FaultKind.SlowDisk or FaultKind.BitRot or FaultKind.WrongDisk:
                _disks.Do(fault.Kind, machine, random, length);
                break;
            default:
                _partitions.Do(fault.Kind, machine, random, length);
                break;
        }
    }

    private void Clear()
    {
        if (_cluster.Kernel.Now < _cluster.Plan.HealAt)
        {
            _cluster.Network.Loss = _cluster.Swarm.Loss;
            _cluster.Network.Duplication = _cluster.Swarm.Duplication;
            _cluster.Network.Delay = _cluster.Swarm.NetworkDelay;
        }
    }
}
