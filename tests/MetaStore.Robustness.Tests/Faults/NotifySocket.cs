using System.Net.Sockets;
using System.Text;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>A service manager's end of sd_notify: a unix datagram socket that keeps what it receives.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _told = [];

    /// <param name="name">As NOTIFY_SOCKET has it: a path, or "@name" for an abstract one.</param>
    public NotifySocket(string name)
    {
        Name = name;
        _socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? "\0" + name[1..] : name));
        new Thread(Receive) { IsBackground = true }.Start();
    }

    /// <summary>The value of NOTIFY_SOCKET.</summary>
    public string Name { get; }

    /// <summary>What came so far, in order.</summary>
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
