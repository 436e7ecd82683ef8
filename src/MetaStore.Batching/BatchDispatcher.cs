using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching;

/// <summary>Proposes closed batches, one at a time and in ID order, outside of the batcher's lock.</summary>
/// <remarks>Any thread. After closing a batch, call <see cref="Run"/> once the lock is released.</remarks>
/// <param name="gate">The batcher's lock.</param>
/// <param name="pipeline">The closed batches and those in flight; guarded by the lock.</param>
/// <param name="pending">Lets the apply loop find the batches.</param>
/// <param name="propose">Receives them, see <see cref="ProposalBatcher"/>.</param>
/// <param name="clock">For statistics.</param>
/// <param name="compress">Compresses a batch; if it fails, the batch is sent uncompressed.</param>
internal sealed class BatchDispatcher(
    Lock gate, BatchPipeline pipeline, InFlightBatches pending, Func<ProposalBatch, bool> propose, BatchClock clock, BatchDispatcher.Compressor compress)
{
    // Guarded by the gate.
    private bool _running;

    /// <summary>As <see cref="BatchCodec.Compress"/>.</summary>
    public delegate ReadOnlyMemory<byte> Compressor(ReadOnlyMemory<byte> data, BatchCompression compression, int compressionMinBytes);

    /// <summary>Called for each batch that could not be compressed. Any thread.</summary>
    public Action<Exception>? CompressionFailed { get; set; }

    /// <summary>Sends the closed batches. At most one thread does this at a time; other callers return immediately, and their batches are sent by it.</summary>
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
                batch.Dispatcher = this;
                Compress(batch, settings);
                pending.Add(batch);
                isPending = true;
                if (!propose(batch) && pending.TryTake(batch.MemberId, batch.FirstId, out _))
                {
                    GiveUp(batch, ProposalFailure.Overloaded);
                }
            }
            catch
            {
                // Fails its callers and frees its place; the exception propagates to the code that flushed.
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
            // Compression only saves bytes: the batch is valid without it.
            CompressionFailed?.Invoke(e);
        }
    }

    /// <summary>Gives up one batch: removes it from <see cref="InFlightBatches"/>, frees its place and fails its waiters.</summary>
    /// <returns>False when it was already taken.</returns>
    public bool Fail(ProposalBatch batch, ProposalFailure reason)
    {
        if (!pending.TryTake(batch.MemberId, batch.FirstId, out _))
        {
            return false;
        }

        GiveUp(batch, reason);
        Run();
        return true;
    }

    /// <summary>Frees the batch's place and fails its waiters. Only for the caller that took it out of <see cref="InFlightBatches"/>.</summary>
    /// <remarks>This may close the open batch: call <see cref="Run"/> afterwards.</remarks>
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

    /// <summary>Gives up several batches, and sends what that allows to be sent.</summary>
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
