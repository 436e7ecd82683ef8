using Microsoft.Extensions.Hosting;

namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>Host lifetime of a process that two signals stop.</summary>
/// <remarks>The standard ConsoleLifetime also handles SIGQUIT, which keeps its meaning here, and does not report which signal it was.</remarks>
internal sealed class SignalLifetime(StopSignals signals, IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private CancellationTokenRegistration _registration;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        // Runs at once when a signal arrived before the host started.
        _registration = signals.Received.Register(application.StopApplication);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _registration.Dispose();
}
