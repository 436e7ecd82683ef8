using System.Net.Sockets;

namespace MetaStore.Raft.Runtime.Transport.Security;

/// <summary>The time for a whole handshake, TLS included, however its bytes come. One thread.</summary>
/// <param name="limit">From now on.</param>
/// <param name="time">Clock.</param>
internal sealed class HandshakeDeadline(TimeSpan limit, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>All of the time.</summary>
    public TimeSpan Limit => limit;

    /// <summary>Lets the next receive wait for no longer than what is left. Set before each receive: slow single bytes do not extend the deadline.</summary>
    /// <exception cref="SocketException">Nothing is left (<see cref="SocketError.TimedOut"/>).</exception>
    public void Arm(Socket socket)
    {
        TimeSpan left = limit - time.GetElapsedTime(_started);
        if (left <= TimeSpan.Zero)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }

        socket.ReceiveTimeout = (int)Math.Ceiling(left.TotalMilliseconds);
    }
}
