using Microsoft.Extensions.Hosting;

namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>The host's life is that of a process which two signals stop.</summary>
/// <remarks>The stock ConsoleLifetime also takes SIGQUIT, which keeps its meaning here, and does not say which signal it was.</remarks>
internal sealed class SignalLifetime(StopSignals signals, IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private CancellationTokenRegistration _registration;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        // Runs at once when a signal has come before the host.
        _registration = signals.Received.Register(application.StopApplication);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _registration.Dispose();
}
