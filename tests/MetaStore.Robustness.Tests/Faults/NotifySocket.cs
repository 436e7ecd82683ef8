using System.Net.Sockets;
using System.Text;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>The service manager's side of sd_notify: a unix datagram socket that records what it receives.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _told = [];

    /// <param name="name">Value of NOTIFY_SOCKET: a path, or "@name" for an abstract socket.</param>
    public NotifySocket(string name)
    {
        Name = name;
        _socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? "\0" + name[1..] : name));
        new Thread(Receive) { IsBackground = true }.Start();
    }

    /// <summary>The value of NOTIFY_SOCKET.</summary>
    public string Name { get; }

    /// <summary>The messages received so far, in order.</summary>
    public string[] Received
    {
        get
        {
            lock (_told)
            {
                return [.. _told];
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Receive()
    {
        var bytes = new byte[512];
        try
        {
            while (true)
            {
                var length = _socket.Receive(bytes);
                lock (_told)
                {
                    _told.Add(Encoding.ASCII.GetString(bytes, 0, length));
                }
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
