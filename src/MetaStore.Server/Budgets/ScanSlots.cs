using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MetaStore.Batching.Admission.Queueing;

namespace MetaStore.Server.Budgets;

/// <summary>Bounds how many scans of the whole state (backups, hashes and defragmentations that clients ask for) run at once. The others wait in the order they came.</summary>
/// <remarks>
/// A scan uses a processor from start to end. Without a bound a client that asks for many of them takes all processors, and Raft waits for one
/// (measured: two puts in ten seconds). Of each connection only one scan at a time waits for a slot, so a client with thousands of calls does not delay
/// the one backup of another client by more than one scan.
/// </remarks>
internal sealed class ScanSlots
{
    private readonly Channel<bool> _free;
    private readonly ConditionalWeakTable<ConnectionCredits, Channel<bool>> _connections = [];

    /// <param name="slots">Scans that may run at once; by default half of the processors, at least one.</param>
    public ScanSlots(int? slots = null) => _free = Places(slots ?? Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Waits for a slot.</summary>
    /// <param name="connection">Connection of the call.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>The slot; dispose it when the scan has ended.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> fired first.</exception>
    public async Task<ScanSlot> EnterAsync(ConnectionCredits connection, CancellationToken stop)
    {
        Channel<bool> ofConnection = _connections.GetValue(connection, static _ => Places(1));
        await ofConnection.Reader.ReadAsync(stop);
        try
        {
            await _free.Reader.ReadAsync(stop);
        }
        catch
        {
            ofConnection.Writer.TryWrite(true);
            throw;
        }

        return new ScanSlot(_free, ofConnection.Writer);
    }

    /// <summary>A channel with one item for each place: who reads it has the place, and writes it back.</summary>
    private static Channel<bool> Places(int count)
    {
        Channel<bool> places = Channel.CreateUnbounded<bool>();
        for (int i = 0; i < count; i++)
        {
            places.Writer.TryWrite(true);
        }

        return places;
    }
}
