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

    /// <summary>Ends the scan.</summary>
    public void Dispose()
    {
        Leave();
        connection.TryWrite(true);
    }

    private void Leave()
    {
        if (_isHeld)
        {
            _isHeld = false;
            free.Writer.TryWrite(true);
        }
    }
}
