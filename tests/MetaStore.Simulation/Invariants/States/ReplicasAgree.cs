using MetaStore.Raft.Messages;
using MetaStore.Simulation.Nodes;
using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Invariants.States;

/// <summary>
/// States at the same applied index are equal: revision and compacted revision always, the hashes of all records and of users where they are computed.
/// </summary>
/// <remarks>The hashes are computed at every sixteenth index, where a snapshot is written and where one was installed.</remarks>
internal sealed class ReplicasAgree(SimCluster cluster) : Invariant(cluster)
{
    private readonly Dictionary<ulong, (long Revision, long Compacted)> _states = [];
    private readonly Dictionary<ulong, (uint Keys, AuthHash Users)> _hashes = [];
    private readonly PerLife<ulong> _snapshots = new();

    public override void Installs(SimProcess process, SnapshotMetadata snapshot) => _snapshots.Forget(process);

    public override void Applied(SimProcess process)
    {
        using ReadTxn read = process.State.Reader.OpenRead();
        ulong index = read.AppliedIndex;
        (long Revision, long Compacted) state = (read.Revision, read.CompactedRevision);
        if (!_states.TryAdd(index, state))
        {
            Require(_states[index] == state, $"node {process.Machine.Id} is at {state} at index {index}, others were at {_states[index]}");
        }

        bool known = _snapshots.TryGet(process, out ulong taken);
        bool writes = !process.SnapshotLogCompactor.Working.IsCompleted && taken != index;
        if (writes || index % 16 == 0 || !known)
        {
            _snapshots.Set(process, index);
            Hash(process, read, index);
        }

        Cluster.Kernel.Note(0xA991, index, (ulong)state.Revision);
    }

    public override void AtEnd()
    {
        foreach (SimMachine machine in Cluster.Machines)
        {
            if (machine.Process is { } process)
            {
                using ReadTxn read = process.State.Reader.OpenRead();
                Hash(process, read, read.AppliedIndex);
            }
        }
    }

    private void Hash(SimProcess process, ReadTxn read, ulong index)
    {
        (uint Keys, AuthHash Users) hash = (read.HashKv(0).Hash, AuthHash.Of(read.Auth));
        if (!_hashes.TryAdd(index, hash))
        {
            Require(_hashes[index] == hash, $"node {process.Machine.Id} has a different state than others at index {index}, revision {read.Revision}");
        }
    }
}
