using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Simulation.Disk;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Network;

namespace MetaStore.Simulation.Nodes;

/// <summary>One node's machine: a disk that survives, and a process that may be running on it.</summary>
internal sealed class SimMachine(SimCluster cluster, ulong id, bool isFounder, double rate) : ISimPeer
{
    public ulong Id { get; } = id;

    /// <summary>True for members of the first configuration.</summary>
    public bool IsFounder { get; } = isFounder;

    public SimDisk Disk { get; } = new(cluster.Random.Fork());

    public SimProcess? Process { get; private set; }

    /// <summary>True once a start succeeded: from then on an empty disk is lost data.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>What was durable when the last incarnation ended; null before the first.</summary>
    public DurableState? Promised { get; private set; }

    /// <summary>First index that a write in progress at the end of the last incarnation may have replaced.</summary>
    public ulong ReplacedFrom { get; private set; } = ulong.MaxValue;

    /// <summary>Never restarts: its disk was damaged intentionally.</summary>
    public bool IsLost { get; set; }

    /// <summary>True when its disk was damaged, so that it may refuse to start.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>True when the last incarnation ended before the last frame of the log was confirmed.</summary>
    public bool HasUnprovenTail { get; private set; } = true;

    public long SlowUntil { get; set; }

    /// <summary>When it was last sent terms far ahead.</summary>
    public long FarTermsAt { get; set; } = -3600 * SimKernel.Second;

    public TimeSpan WallOffset { get; set; }

    /// <summary>Times a process was started.</summary>
    public int Starts { get; private set; }

    /// <summary>When the last process was started.</summary>
    public long StartedAt { get; private set; }

    public bool IsRunning => Process is not null;

    public void Boot()
    {
        if (Process is not null || IsLost)
        {
            return;
        }

        Disk.PowerUp();
        if (cluster.Swarm.WallRestarts)
        {
            WallOffset = -new TimeSpan(cluster.Kernel.Now);
        }

        HasUnprovenTail = true;
        int failedSyncs = Disk.FailedSyncs;
        SimProcess? process = null;
        try
        {
            process = new SimProcess(cluster, this, Disk, rate);
        }
        catch (PowerCutException)
        {
            Disk.CutPower();
            cluster.Kernel.After(SimKernel.Second, Boot);
            return;
        }
        catch (Exception error) when (Disk.FailedSyncs > failedSyncs && error is IOException or StorageException { ExitCode: ExitCodes.IoError })
        {
            cluster.Trace($"node {Id} did not start: {error.Message}");
            cluster.Kernel.After(SimKernel.Second, Boot);
            return;
        }
        catch (StorageException refused)
        {
            Refused(refused);
            return;
        }

        Starts++;
        StartedAt = cluster.Kernel.Now;
        HasStarted = true;
        Process = process;
        cluster.Kernel.Note(0xB007, Id, process.Durable.LastIndex);
        cluster.Trace($"node {Id} starts: term {process.Durable.Term}, log to {process.Durable.LastIndex}, marker {process.Durable.Marker}");
        process.Guard(process.Start, () => ExitCodes.InvariantBroken);
    }

    /// <summary>The process is killed.</summary>
    public void Kill(bool losesPower)
    {
        if (Process is { } process)
        {
            cluster.Trace($"node {Id} {(losesPower ? "loses power" : "is killed")}");
            End(process);
        }

        if (losesPower)
        {
            Disk.CutPower();
        }
    }

    /// <summary>The process ended by itself, or lost power during an operation.</summary>
    public void OnEnded(SimProcess process)
    {
        bool losesPower = Disk.IsDown;
        cluster.Checks.Ends(process);
        cluster.Trace($"node {Id} {(losesPower ? "loses power inside an operation" : $"ends with {process.Ended!.ExitCode}: {process.Ended.Reason}")}");
        End(process);
        if (losesPower)
        {
            Disk.CutPower();
        }

        cluster.Kernel.After(cluster.Random.Exponential(2 * SimKernel.Second), Boot);
    }

    public void Deliver(Message message) => Process?.Take(message);

    public void DeliverSnapshot(Message install, byte[] arrived, long length, Action<bool> taken)
    {
        if (Process is { } process)
        {
            process.TakeSnapshot(install, arrived, length, taken);
        }
        else
        {
            taken(false);
        }
    }

    public void Unreachable(ulong node) => Process?.Schedule(0, () =>
    {
        if (Process is { } process)
        {
            process.Guard(() => ((Raft.Runtime.Transport.IPeerReceiver)process.Node).OnUnreachable(node));
        }
    });

    private void End(SimProcess process)
    {
        Promised = process.Durable;
        HasUnprovenTail = process.WriteAhead.TailUnconfirmed;
        ReplacedFrom = ulong.MaxValue;
        foreach (WalAppend append in process.WriteAhead.Uncompleted)
        {
            if (append.Entries.Count > 0)
            {
                ReplacedFrom = Math.Min(ReplacedFrom, append.Entries[0].Index);
            }

            if (append.Source is not null && append.Marker is not null)
            {
                // An installed snapshot in progress replaces the whole log.
                ReplacedFrom = 0;
            }
        }

        cluster.Kernel.Note(0xDEAD, Id);
        process.Dispose();
        Process = null;
        cluster.Clients.OnCrash(Id);
    }

    private void Refused(StorageException refused)
    {
        cluster.Trace($"node {Id} refuses to start with {refused.ExitCode}: {refused.Message}");
        if (!IsDamaged)
        {
            throw new ViolationException("NodeStarts", $"node {Id} refuses its own undamaged disk with {refused.ExitCode}: {refused.Message}");
        }

        IsLost = true;
    }
}
