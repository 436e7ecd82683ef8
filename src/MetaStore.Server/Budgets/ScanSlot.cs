using System.Threading.Channels;

namespace MetaStore.Server.Budgets;

/// <summary>The slot of one running scan. Not thread-safe: it follows the scan from thread to thread.</summary>
/// <param name="free">The free slots.</param>
/// <param name="connection">The place of the scan's connection.</param>
internal sealed class ScanSlot(Channel<bool> free, ChannelWriter<bool> connection) : IDisposable
{
    private bool _isHeld = true;

    /// <summary>Leaves the slot to other scans while this one waits for something that needs no processor, such as a client that reads slowly.</summary>
    /// <param name="wait">What the scan waits for.</param>
    /// <param name="stop">Ends the wait for a slot after it.</param>
    public async Task WaitOutsideAsync(Task wait, CancellationToken stop)
    {
        Leave();
        await wait;
        await free.Reader.ReadAsync(stop);
        _isHeld = true;
    }

    /// <summary>Gives the slot to the next scan: the state has been read, though the client may not have received all of it.</summary>
    public void Leave()
    {
        if (_isHeld)
        {
            _isHeld = false;
            free.Writer.TryWrite(true);
        }
    }

    /// <summary>Ends the call: the next one of the connection may wait for a slot.</summary>
    public void Dispose()
    {
        Leave();
        connection.TryWrite(true);
    }
}
