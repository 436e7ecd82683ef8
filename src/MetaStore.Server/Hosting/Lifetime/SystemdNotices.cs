using System.Net.Sockets;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>Notifies systemd of the process's state (<c>Type=notify</c>, <c>WatchdogSec=</c>); does nothing without a service manager.</summary>
/// <remarks>
/// Uses the notifier of Microsoft.Extensions.Hosting.Systemd and not UseSystemd(): that sends READY=1 when the services have started, which is before
/// the cluster has a leader, and has no watchdog. A failing notification is logged and has no other effect.
/// </remarks>
/// <param name="notifier">Reads NOTIFY_SOCKET.</param>
/// <param name="watchdog">Time between two watchdog notifications; zero without a watchdog.</param>
/// <param name="service">The member.</param>
/// <param name="log">Logs failures.</param>
internal sealed class SystemdNotices(ISystemdNotifier notifier, TimeSpan watchdog, MetaStoreHostedService service, ServerLog log)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ManualResetEventSlim _stopped = new();
    private readonly Lock _order = new();
    private Thread? _thread;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits on a separate thread until the member serves.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (notifier.IsEnabled)
        {
            MetaStoreHost member = service.Member;
            _thread = new Thread(() => Run(member)) { IsBackground = true, Name = "watchdog" };
            _thread.Start();
        }

        return Task.CompletedTask;
    }

    /// <summary>The member starts to stop. The watchdog is notified until it has stopped.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        lock (_order)
        {
            _stopping.Cancel();
        }

        Send(ServiceState.Stopping);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The member has stopped.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        End();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _stopping.Dispose();
        _stopped.Dispose();
    }

    private void End()
    {
        _stopping.Cancel();
        _stopped.Set();
        _thread?.Join();
        _thread = null;
    }

    private void Run(MetaStoreHost member)
    {
        if (!IsReady(member.Serving) || watchdog <= TimeSpan.Zero)
        {
            return;
        }

        ProgressWatch progress = member.Progress;
        do
        {
            // Threads end while the member stops, and what is left, such as a snapshot, may take longer than the interval.
            if (progress.Look() || _stopping.IsCancellationRequested)
            {
                Send(new ServiceState("WATCHDOG=1"));
            }
            else
            {
                log.NoProgress();
            }
        }
        while (!_stopped.Wait(watchdog));
    }

    /// <summary>Sends READY=1 once the member serves, so that dependent units may start. Never after the stop has begun.</summary>
    private bool IsReady(Task serving)
    {
        try
        {
            serving.Wait(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        lock (_order)
        {
            if (_stopping.IsCancellationRequested)
            {
                return false;
            }

            Send(ServiceState.Ready);
            return true;
        }
    }

    private void Send(ServiceState state)
    {
        try
        {
            notifier.Notify(state);
        }
        catch (Exception unreachable) when (unreachable is SocketException or ArgumentException)
        {
            log.ServiceManagerUnreachable(state.ToString(), unreachable.Message);
        }
    }
}
