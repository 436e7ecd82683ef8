using Microsoft.Win32.SafeHandles;

namespace MetaStore.Server.Listening.Connections;

/// <summary>
/// A descriptor reserved for the next accept. When no descriptor is left, Kestrel's accept loop retries without a pause, forever, and uses up a core.
/// Therefore a timer releases this one when no other can be opened; the accept succeeds with it, and no further one starts until a spare can be
/// opened again.
/// </summary>
internal sealed class SpareDescriptor : IDisposable
{
    private const string Device = "/dev/null";
    private static readonly TimeSpan s_checkInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly Timer? _check;
    private SafeFileHandle? _held;
    private bool _isDisposed;

    public SpareDescriptor()
    {
        if (File.Exists(Device))
        {
            TryHold();
            _check = new Timer(static spare => ((SpareDescriptor)spare!).Check(), this, s_checkInterval, s_checkInterval);
        }
    }

    /// <summary>Returns when there is a spare for the next accept.</summary>
    /// <param name="pause">Time between two attempts.</param>
    /// <param name="onWait">Called after each failed attempt.</param>
    /// <param name="cancellationToken">Ends the wait without an exception.</param>
    public async ValueTask WaitUntilHeldAsync(TimeSpan pause, Action onWait, CancellationToken cancellationToken)
    {
        while (_check is not null && !TryHold() && !cancellationToken.IsCancellationRequested)
        {
            onWait();
            await Task.Delay(pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _check?.Dispose();
        lock (_gate)
        {
            _isDisposed = true;
            _held?.Dispose();
            _held = null;
        }
    }

    private static SafeFileHandle? TryOpen()
    {
        try
        {
            return File.OpenHandle(Device);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private bool TryHold()
    {
        lock (_gate)
        {
            if (_held is null && !_isDisposed)
            {
                _held = TryOpen();
            }

            return _held is not null || _isDisposed;
        }
    }

    private void Check()
    {
        lock (_gate)
        {
            if (_held is null)
            {
                return;
            }

            using var another = TryOpen();
            if (another is null)
            {
                _held.Dispose();
                _held = null;
            }
        }
    }
}
