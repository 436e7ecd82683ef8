using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Leases.Expiry;
using MetaStore.StateMachine.Leases;

namespace MetaStore.Server.Leases;

/// <summary>Records the remaining time of long leases through the log, so that an election does not give them their full TTL again.</summary>
/// <remarks>
/// A lease with a record is renewed in two steps: the record is cleared through the log, then the clock is set. So the next renewal of a lease
/// with a record costs one entry, and other renewals cost none. Source: etcd v3 lease checkpoints.
/// </remarks>
internal sealed class LeaseCheckpointer(LeaseClock clock, ILeaseRecorder recorder)
{
    /// <summary>Leases recorded per pass, in one entry: about 1000 a second.</summary>
    public const int TakenMax = 500;

    private Task _recording = Task.CompletedTask;

    /// <summary>The entry of the last pass; completes when it has an outcome.</summary>
    public Task Recording => _recording;

    /// <summary>Runs passes until cancelled.</summary>
    public async Task RunAsync(LeadershipState leadership, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Look();
            await leadership.WaitForChangeAsync(LeaseExpirer.Interval, stop);
        }

        await _recording;
    }

    /// <summary>Runs one pass. One caller at a time. Throws the exception of an earlier pass's work.</summary>
    public void Look()
    {
        if (_recording.IsFaulted)
        {
            Task failed = _recording;
            _recording = Task.CompletedTask;
            failed.GetAwaiter().GetResult();
        }

        ulong term = recorder.LeadingTerm;
        if (term != 0 && _recording.IsCompleted && clock.HasCheckpoints)
        {
            _recording = RecordAsync(term);
        }
    }

    /// <summary>Clears the record of a lease before it is renewed.</summary>
    /// <returns>False when that did not happen in this term, or is not known.</returns>
    public ValueTask<bool> ClearAsync(long id, ulong term) => recorder.RecordAsync([new LeaseCheckpoint(id, 0, 0)], term);

    private async Task RecordAsync(ulong term)
    {
        if (clock.TakeCheckpoints(term, TakenMax) is { Count: > 0 } taken)
        {
            // Without an outcome the leases count as recorded nevertheless, and the next interval writes a newer record.
            await recorder.RecordAsync(taken, term);
        }
    }
}
