using MetaStore.Server.Membership;
using MetaStore.StateMachine.Leases;

namespace MetaStore.Server.Leases;

/// <summary>Has recorded through the log what long leases have left, so that an election does not give them their full time again.</summary>
/// <remarks>
/// A lease that was recorded is renewed in two steps: the record is cleared through the log, then the clock is set. So a lease with a record
/// costs its next renewal one entry, and the others cost nothing. Source: etcd v3 lease checkpoints.
/// </remarks>
internal sealed class LeaseCheckpointer(LeaseClock clock, ILeaseRecorder recorder)
{
    /// <summary>Leases recorded in one look, in one entry: about 1000 a second.</summary>
    public const int TakenMax = 500;

    private Task _recording = Task.CompletedTask;

    /// <summary>The entry of the last look; ends when it has an outcome.</summary>
    public Task Recording => _recording;

    /// <summary>Looks until told to stop.</summary>
    public async Task RunAsync(Leadership leadership, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Look();
            await leadership.WaitForChangeAsync(LeaseExpirer.Interval, stop);
        }

        await _recording;
    }

    /// <summary>Looks once. One caller at a time. Throws what the work of an earlier look failed with.</summary>
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

    /// <summary>Clears the record of a lease, before it is renewed.</summary>
    /// <returns>False when that did not happen in this term, or nobody knows.</returns>
    public ValueTask<bool> ClearAsync(long id, ulong term) => recorder.RecordAsync([new LeaseCheckpoint(id, 0, 0)], term);

    private async Task RecordAsync(ulong term)
    {
        if (clock.TakeCheckpoints(term, TakenMax) is { Count: > 0 } taken)
        {
            // Without an outcome the leases count as recorded all the same, and the next interval brings a newer record.
            await recorder.RecordAsync(taken, term);
        }
    }
}
