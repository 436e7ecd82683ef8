namespace MetaStore.Batching.Tests.Simulation;

/// <summary>The timing of a replicated log: one sync at a time for all waiting batches, a round trip to the followers, apply in order.</summary>
internal sealed class SimulatedLog(SimulatedClock clock)
{
    private static readonly TimeSpan Sync = TimeSpan.FromMicroseconds(400);
    private static readonly TimeSpan Replicate = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan PerBatch = TimeSpan.FromMicroseconds(10);
    private static readonly TimeSpan PerProposal = TimeSpan.FromMicroseconds(1);

    private List<ProposalBatch> _waiting = [];
    private bool _syncs;

    /// <summary>Called for each applied batch.</summary>
    public Action<ProposalBatch> Applied { get; set; } = static _ => { };

    /// <summary>Proposals received.</summary>
    public long Proposals { get; private set; }

    /// <summary>Entries.</summary>
    public long Entries { get; private set; }

    public bool TryPropose(ProposalBatch batch)
    {
        Proposals += batch.Count;
        Entries++;
        _waiting.Add(batch);
        if (!_syncs)
        {
            SyncAll();
        }

        return true;
    }

    private void SyncAll()
    {
        List<ProposalBatch> group = _waiting;
        _waiting = [];
        _syncs = true;
        clock.After(Sync + (PerBatch * group.Count), () =>
        {
            _syncs = false;
            if (_waiting.Count > 0)
            {
                SyncAll();
            }

            clock.After(Replicate + (PerProposal * group.Sum(batch => batch.Count)), () => group.ForEach(batch => Applied(batch)));
        });
    }
}
