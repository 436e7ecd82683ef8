namespace MetaStore.Raft.Runtime.Batching;

/// <summary>Passes cut batches to the sink, one at a time and in the order of their ids, outside of the batcher's lock.</summary>
/// <remarks>Any thread. Whoever cut a batch calls <see cref="Run"/> after it has left the lock.</remarks>
internal sealed class BatchHandOver(Lock gate, BatchPipeline pipeline, PendingProposals pending, IProposalSink sink, BatchClock clock)
{
    // Guarded by the gate.
    private bool _running;

    /// <summary>Passes on what is cut. Whoever finds nobody at it does it, also for the others.</summary>
    public void Run()
    {
        while (true)
        {
            SharedBatch? batch;
            BatchSettings settings;
            lock (gate)
            {
                if (_running || !pipeline.TryTakeCut(out batch))
                {
                    return;
                }

                _running = true;
                settings = pipeline.Settings;
            }

            try
            {
                batch.Recode(ProposalCodec.Compress(batch.Data, settings.Compression, settings.CompressionMinBytes));
                pending.Add(batch);
                if (!sink.TryPropose(batch) && pending.TryTake(batch.MemberId, batch.FirstId, out _))
                {
                    GiveUp(batch, ProposalDrop.Overloaded);
                }
            }
            finally
            {
                lock (gate)
                {
                    pipeline.OnHandedOver(batch.Data.Length);
                    _running = false;
                }
            }
        }
    }

    /// <summary>Frees the batch's place and tells its waiters. Only for whoever took it out of <see cref="PendingProposals"/>.</summary>
    /// <remarks>What was buffered may be cut by it: call <see cref="Run"/> afterwards.</remarks>
    public void GiveUp(SharedBatch batch, ProposalDrop reason)
    {
        if (batch.TrySettle())
        {
            lock (gate)
            {
                pipeline.OnGivenUp(batch, clock.Now);
            }
        }

        batch.Drop(reason);
    }

    /// <summary>The same for several, and passes on what that lets go.</summary>
    /// <returns>Number of batches.</returns>
    public int GiveUp(IReadOnlyList<SharedBatch> batches, ProposalDrop reason)
    {
        foreach (SharedBatch batch in batches)
        {
            GiveUp(batch, reason);
        }

        Run();
        return batches.Count;
    }
}
