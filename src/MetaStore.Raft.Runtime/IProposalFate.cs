using MetaStore.Raft.Runtime.Batching;

namespace MetaStore.Raft.Runtime;

/// <summary>Hears what became of a batch when the core was asked.</summary>
public interface IProposalFate
{
    /// <summary>The core's answer to a batch that <see cref="IProposalSink.TryPropose"/> had taken.</summary>
    /// <param name="batch">The batch; its <see cref="SharedBatch.Term"/> is set when it was appended or forwarded.</param>
    /// <param name="outcome">
    /// Appended and Forwarded promise nothing yet. Everything else means: never proposed, nobody will hear of it again.
    /// </param>
    /// <remarks>The raft thread calls, once per batch; must not block.</remarks>
    void OnProposeOutcome(SharedBatch batch, ProposeOutcome outcome);
}
