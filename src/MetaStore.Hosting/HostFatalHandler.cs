using MetaStore.IO;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MetaStore.Hosting;

/// <summary>Stops the host, with an exit code, when the member must not continue.</summary>
/// <remarks>
/// The member does no more work from then on. When the host has not stopped it within <see cref="HostOptions.ShutdownTimeout"/>, the process is ended:
/// a supervisor can only restart what has ended.
/// </remarks>
/// <param name="lifetime">Of the host.</param>
/// <param name="log">The host's log.</param>
/// <param name="host">Has the time for the stop.</param>
/// <param name="process">Ends the process.</param>
internal sealed class HostFatalHandler(IHostApplicationLifetime lifetime, ILogger<HostFatalHandler> log, IOptions<HostOptions> host, IFatalHandler process)
    : IFatalHandler, IDisposable
{
    private readonly ManualResetEventSlim _stopped = new();
    private int _calls;

    /// <summary>Waits for the stop; null before the failure.</summary>
    internal Thread? Watching { get; private set; }

    /// <inheritdoc/>
    public void OnFatal(int exitCode, string reason)
    {
        if (Interlocked.Increment(ref _calls) > 1)
        {
            return;
        }

        Environment.ExitCode = exitCode;
        MemberLog.MemberFailed(log, exitCode, reason);

        // The caller is a thread of the member, which the stop waits for. The pool may be busy.
        Watching = new Thread(() => Stop(exitCode, reason)) { IsBackground = true, Name = "metastore-fatal" };
        Watching.Start();
    }

    /// <summary>The member has stopped: the host decides when the process ends.</summary>
    public void MemberStopped() => _stopped.Set();

    /// <inheritdoc/>
    public void Dispose() => _stopped.Set();

    private void Stop(int exitCode, string reason)
    {
        lifetime.StopApplication();
        if (!_stopped.Wait(host.Value.ShutdownTimeout))
        {
            process.OnFatal(exitCode, reason);
        }
    }
}
