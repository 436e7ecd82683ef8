using MetaStore.IO;
using MetaStore.IO.Native;
using MetaStore.Server.Configuration;
using MetaStore.Server.Listening.InProcess;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>A member as a hosted service of a .NET host: starts and stops with it. See <see cref="ServerServices"/>.</summary>
/// <remarks>
/// Once the start has begun to write it is not cancelled: a host that is asked to stop meanwhile completes the start and then stops the member in
/// order. A stop has its own time limits (a few seconds) and ignores the host's.
/// </remarks>
/// <param name="configuration">Without errors.</param>
/// <param name="loggers">Receives all log lines.</param>
/// <param name="fatal">Called when the member must not continue.</param>
/// <param name="inProcess">Serves callers in this process; null for none.</param>
internal sealed class MetaStoreHostedService(ConfigurationResult configuration, ILoggerFactory loggers, IFatalHandler fatal, InProcessTransport? inProcess = null)
    : IHostedService, IAsyncDisposable
{
    private MetaStoreHost? _member;

    /// <summary>The member.</summary>
    /// <exception cref="InvalidOperationException">It has not been started.</exception>
    public MetaStoreHost Member => _member ?? throw new InvalidOperationException("The host has not started the member.");

    /// <summary>Reason of the stop, for the log.</summary>
    public string StopReason { get; set; } = "its host";

    /// <summary>Opens everything and starts serving; returns when the ports are open, which is before the cluster has a leader.</summary>
    /// <exception cref="StartException">One line that says what to change, and the exit code for the process.</exception>
    /// <exception cref="OperationCanceledException">The host was stopped before the start.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var log = new ServerLog(loggers.CreateLogger("MetaStore.Server"));
        foreach (string warning in configuration.Warnings)
        {
            log.ConfigurationWarning(warning);
        }

        if (configuration.Options.Storage.MemoryMlock && MemoryLock.All() is { } refused)
        {
            throw new StartException(
                ExitCodes.BadConfiguration,
                $"--memory-mlock: the system does not lock memory ({refused}); raise the limit (LimitMEMLOCK=infinity, ulimit -l unlimited) or leave it out");
        }

        _member = await MetaStoreHost.StartAsync(configuration.Options, loggers, fatal, inProcess);
    }

    /// <summary>Stops in order; does nothing when it was not started.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _member?.StopAsync(StopReason) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _member?.DisposeAsync() ?? ValueTask.CompletedTask;
}
