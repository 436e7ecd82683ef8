using System.Collections;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using MetaStore.Server.Observability;

namespace MetaStore.Server.Hosting;

/// <summary>Tells systemd how the process is (<c>Type=notify</c>, <c>WatchdogSec=</c>); does nothing where no service manager asks.</summary>
/// <remarks>Source: sd_notify(3), sd_watchdog_enabled(3). A service manager that cannot be reached is logged and hinders nothing.</remarks>
internal sealed class SystemdNotices : IDisposable
{
    private readonly UnixDomainSocketEndPoint? _socket;
    private readonly TimeSpan _watchdogInterval;
    private readonly ServerLog _log;
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _watchdog;

    /// <summary>Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.</summary>
    public SystemdNotices(IDictionary environment, ServerLog log)
    {
        _log = log;
        if (environment["NOTIFY_SOCKET"] is string { Length: > 1 } path && path[0] is '/' or '@')
        {
            // '@' stands for the zero byte with which abstract names begin.
            _socket = new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
        }

        bool isForUs = environment["WATCHDOG_PID"] is not string pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (_socket is not null && isForUs && long.TryParse(environment["WATCHDOG_USEC"] as string, CultureInfo.InvariantCulture, out long micros) && micros > 0)
        {
            // Twice within the time that systemd waits, as its manual asks for.
            _watchdogInterval = TimeSpan.FromMicroseconds(micros) / 2;
        }
    }

    /// <summary>The member serves: units that come after this one may start.</summary>
    /// <param name="makesProgress">Asked each time before the watchdog is notified; with false it is not.</param>
    public void Ready(Func<bool> makesProgress)
    {
        Send("READY=1");
        if (_watchdogInterval > TimeSpan.Zero)
        {
            _watchdog = new Thread(() => Watch(makesProgress)) { IsBackground = true, Name = "watchdog" };
            _watchdog.Start();
        }
    }

    /// <summary>The member begins to stop.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>Ends the watchdog.</summary>
    public void Dispose()
    {
        _stop.Set();
        _watchdog?.Join();
        _stop.Dispose();
    }

    private void Watch(Func<bool> makesProgress)
    {
        do
        {
            if (makesProgress())
            {
                Send("WATCHDOG=1");
            }
            else
            {
                _log.NoProgress();
            }
        }
        while (!_stop.Wait(_watchdogInterval));
    }

    private void Send(string state)
    {
        if (_socket is null)
        {
            return;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.ASCII.GetBytes(state), _socket);
        }
        catch (SocketException unreachable)
        {
            _log.ServiceManagerUnreachable(state, unreachable.Message);
        }
    }
}
