using System.Runtime.InteropServices;
using MetaStore.Raft.Runtime.Background;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting.Reload;

/// <summary>SIGHUP reloads the settings, as daemons with a configuration file do.</summary>
/// <remarks>
/// Only for a member with a configuration file: flags and variables of a process do not change. Without a file SIGHUP ends the process, as it does
/// with etcd, so that members started in a terminal end with it.
/// </remarks>
internal sealed class ReloadSignal : IDisposable
{
    private readonly PosixSignalRegistration _registration;

    /// <summary>Begins to listen.</summary>
    /// <param name="reload">Run on the thread pool; not concurrently.</param>
    /// <param name="logger">Receives a failure.</param>
    public ReloadSignal(SettingsReload reload, ILogger logger) => _registration = PosixSignalRegistration.Create(
        PosixSignal.SIGHUP,
        signal =>
        {
            signal.Cancel = true;
            SupervisedTask.Observe("reload", Task.Run(reload.Run), logger);
        });

    /// <inheritdoc/>
    public void Dispose() => _registration.Dispose();
}
