using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching;

/// <summary>Passes cut batches to the sink, one at a time and in the order of their ids, outside of the batcher's lock.</summary>
/// <remarks>Any thread. Whoever cut a batch calls <see cref="Run"/> after it has left the lock.</remarks>
/// <param name="gate">The batcher's lock.</param>
/// <param name="pipeline">What is cut and in flight; guarded by the lock.</param>
/// <param name="pending">Where the apply loop finds the batches.</param>
/// <param name="sink">Takes them.</param>
/// <param name="clock">For statistics.</param>
/// <param name="compress">Packs a batch; one that it fails on leaves as it is.</param>
internal sealed class BatchDispatcher(
    Lock gate, BatchPipeline pipeline, InFlightBatches pending, IProposalSink sink, BatchClock clock, BatchDispatcher.Compressor compress)
{
    // Guarded by the gate.
    private bool _running;

    /// <summary>As <see cref="BatchCodec.Compress"/>.</summary>
    public delegate ReadOnlyMemory<byte> Compressor(ReadOnlyMemory<byte> data, BatchCompression compression, int compressionMinBytes);

    /// <summary>Hears of each batch that could not be packed. Any thread.</summary>
    public Action<Exception>? CompressionFailed { get; set; }

    /// <summary>Passes on what is cut. Whoever finds nobody at it does it, also for the others.</summary>
    public void Run()
    {
        while (true)
        {
            ProposalBatch? batch;
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

            bool isPending = false;
            try
            {
                Compress(batch, settings);
                pending.Add(batch);
                isPending = true;
                if (!sink.TryPropose(batch) && pending.TryTake(batch.MemberId, batch.FirstId, out _))
                {
                    GiveUp(batch, ProposalFailure.Overloaded);
                }
            }
            catch
            {
                // Its callers hear of it and its place is free again; the exception goes on to the code that flushed.
                if (!isPending || pending.TryTake(batch.MemberId, batch.FirstId, out _))
                {
                    GiveUp(batch, ProposalFailure.Overloaded);
                }

                throw;
            }
            finally
            {
                lock (gate)
                {
                    BatchPipeline.OnHandedOver(batch);
                    _running = false;
                }
            }
        }
    }

    private void Compress(ProposalBatch batch, BatchSettings settings)
    {
        try
        {
            batch.Recode(compress(batch.Data, settings.Compression, settings.CompressionMinBytes));
        }
        catch (Exception e)
        {
            // Packing only saves bytes: the batch is as good without.
            CompressionFailed?.Invoke(e);
        }
    }

    /// <summary>Frees the batch's place and tells its waiters. Only for whoever took it out of <see cref="InFlightBatches"/>.</summary>
    /// <remarks>What was buffered may be cut by it: call <see cref="Run"/> afterwards.</remarks>
    public void GiveUp(ProposalBatch batch, ProposalFailure reason)
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
    public int GiveUp(IReadOnlyList<ProposalBatch> batches, ProposalFailure reason)
    {
        foreach (ProposalBatch batch in batches)
        {
            GiveUp(batch, reason);
        }

        Run();
        return batches.Count;
    }
}
