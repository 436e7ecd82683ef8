using System.Runtime.InteropServices;

namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>SIGTERM and SIGINT stop the process in order. Registered on construction; the first signal counts.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _received = new();
    private readonly PosixSignalRegistration[] _registrations;
    private string? _first;

    public StopSignals() => _registrations =
        [PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal)];

    /// <summary>Name of the first signal; null before.</summary>
    public string? First => Volatile.Read(ref _first);

    /// <summary>Cancelled with the first signal.</summary>
    public CancellationToken Received => _received.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _received.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        // The default action would end the process at once.
        signal.Cancel = true;
        if (Interlocked.CompareExchange(ref _first, signal.Signal.ToString(), null) is null)
        {
            _received.Cancel();
        }
    }
}
