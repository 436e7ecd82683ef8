using MetaStore.IO;
using MetaStore.Simulation.Disk;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Faults;

/// <summary>Disks that are slow, fail, rot or are swapped. Only a minority of the voters ever loses data.</summary>
internal sealed class DiskFaults(SimCluster cluster)
{
    public void Do(FaultKind kind, SimMachine machine, SimRandom random, long length)
    {
        switch (kind)
        {
            case FaultKind.SyncError:
                machine.Disk.SyncFailure = 0.3;
                cluster.Kernel.After(length, () => machine.Disk.SyncFailure = 0);
                break;
            case FaultKind.SlowDisk:
                machine.SlowUntil = cluster.Kernel.Now + length;
                break;
            case FaultKind.BitRot:
                Rot(machine, random, length);
                break;
            case FaultKind.WrongDisk:
                StartOnWrongDisk(machine, random);
                break;
            default:
                break;
        }
    }

    private void Rot(SimMachine machine, SimRandom random, long length)
    {
        int damaged = cluster.Machines.Count(each => each.IsDamaged);
        if (!machine.HasStarted || (!machine.IsDamaged && damaged >= cluster.Swarm.LossBudget) || cluster.Swarm.Faults.Contains(FaultKind.Membership))
        {
            return;
        }

        machine.Kill(losesPower: false);
        int places = random.Between(1, 4);
        IReadOnlyList<(string Path, long Bytes)> parts = ProvenPart.Of(machine, severalPlaces: places > 1 || machine.IsDamaged);
        if (parts.Count > 0)
        {
            (string path, long bytes) = random.Pick(parts);
            SimFileContent content = machine.Disk.Find(path)!;
            for (; places > 0; places--)
            {
                int sector = PickSector(content, bytes, random);
                if (random.Chance(0.3))
                {
                    content.ZeroSector(sector);
                }
                else
                {
                    // Bytes after the last non-zero byte of a sector are padding, most often.
                    int used = Math.Max(content.UsedBytes(sector), random.Chance(0.9) ? 1 : SimFileContent.Sector);
                    content.Rot(((long)sector * SimFileContent.Sector) + random.Next(used), (byte)(1 << random.Next(8)));
                }
            }

            machine.IsDamaged = true;
            cluster.Trace($"node {machine.Id}: bits changed");
        }

        cluster.Kernel.After(length, machine.Boot);
    }

    // Most of a log is zeros: written parts are more interesting to damage.
    private static int PickSector(SimFileContent content, long bytes, SimRandom random)
    {
        int sectors = (int)((bytes + SimFileContent.Sector - 1) / SimFileContent.Sector);
        int sector = random.Next(sectors);
        for (int tries = random.Chance(0.8) ? 20 : 0; tries > 0 && content.UsedBytes(sector) == 0; tries--)
        {
            sector = random.Next(sectors);
        }

        return sector;
    }

    private void StartOnWrongDisk(SimMachine machine, SimRandom random)
    {
        SimMachine other = random.Pick(cluster.Machines);
        if (other == machine || other.IsRunning || !other.HasStarted || other.IsDamaged)
        {
            return;
        }

        try
        {
            other.Disk.PowerUp();
            using var wrong = new SimProcess(cluster, machine, other.Disk, rate: 1);
        }
        catch (StorageException refused) when (refused.ExitCode is ExitCodes.ForeignDirectory or ExitCodes.IoError)
        {
            return; // rejected as another node's, or stopped before by a sync that this disk was set to fail
        }

        throw new ViolationException("NodeStarts", $"node {machine.Id} starts on the disk of node {other.Id}");
    }
}
