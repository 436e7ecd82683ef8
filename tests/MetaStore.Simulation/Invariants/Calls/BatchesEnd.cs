using MetaStore.Batching;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Calls;

/// <summary>A batch is applied or given up: when it is too old, and at once when an entry of a later term is applied.</summary>
internal sealed class BatchesEnd(SimCluster cluster) : Invariant(cluster)
{
    /// <summary>A lost batch is given up a second after its callers; see <see cref="Server.Proposals.DeadlineSweeper"/>.</summary>
    private const long Bound = 2 * SimKernel.Second;

    private readonly PerLife<long> _nextLook = new();
    private readonly PerLife<ulong> _terms = new();

    public override void Applied(SimProcess process)
    {
        ulong index = process.State.Reader.AppliedIndex;
        ulong term = index > 0 && index <= Cluster.Committed.LastIndex ? Cluster.Committed[index].Term : 0;
        if (term == 0 || (_terms.TryGet(process, out ulong known) && known == term))
        {
            return;
        }

        _terms.Set(process, term);
        foreach ((ProposalBatch batch, _) in process.Sink.Unsettled)
        {
            Require(
                batch.Term == 0 || batch.Term >= term,
                $"node {process.Machine.Id} applies index {index} of term {term} and still waits for proposal {batch.FirstId} of term {batch.Term}");
        }
    }

    public override void Turned(SimProcess process)
    {
        if (_nextLook.TryGet(process, out long next) && Cluster.Kernel.Now < next)
        {
            return;
        }

        _nextLook.Set(process, Cluster.Kernel.Now + SimKernel.Second);
        foreach ((ProposalBatch batch, long sentAt) in process.Sink.Unsettled)
        {
            long end = sentAt + process.Time.InTrueTime(Cluster.Swarm.RequestTimeout) + Bound;
            Require(
                Cluster.Kernel.Now <= Math.Max(end, process.HeldUpTo + Bound),
                $"node {process.Machine.Id} has sent proposal {batch.FirstId} {(Cluster.Kernel.Now - sentAt) / SimKernel.Millisecond} ms ago and still waits for it");
        }
    }

    public override void AtEnd()
    {
        foreach (SimProcess process in Cluster.Machines.Select(machine => machine.Process).OfType<SimProcess>())
        {
            int unsettled = process.Sink.Unsettled.Count;
            int places = process.Batcher.Statistics.BatchesInFlight;
            Require(
                places == unsettled && process.Batcher.Pending.Count == unsettled,
                $"node {process.Machine.Id} has {unsettled} batches in flight, {places} places taken and {process.Batcher.Pending.Count} batches that it looks for");
        }
    }
}
