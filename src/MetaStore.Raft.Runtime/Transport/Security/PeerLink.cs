using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace MetaStore.Raft.Runtime.Transport.Security;

/// <summary>One connection with a peer: a socket, and TLS over it where the URL or the port asks for it.</summary>
/// <remarks>
/// Without TLS every call is one of the socket's. Errors of both are the socket's exceptions, or <see cref="PeerLinkException"/>. One thread reads and one
/// writes at a time; any thread may close the socket, which ends both.
/// </remarks>
internal sealed class PeerLink(Socket socket) : IDisposable
{
    private Stream? _tls;
    private PeerSocketStream? _raw;

    /// <summary>Below everything.</summary>
    public Socket Socket => socket;

    /// <summary>Null in cleartext.</summary>
    public Stream? Tls => _tls;

    /// <summary>See <see cref="PeerTlsOutcome.Binding"/>; empty in cleartext.</summary>
    public ReadOnlyMemory<byte> Binding { get; private set; }

    /// <summary>See <see cref="PeerTlsOutcome.ProvesPeer"/>; false in cleartext.</summary>
    public bool ProvesPeer { get; private set; }

    /// <summary>The listener's side of TLS.</summary>
    /// <param name="tls">Certificates.</param>
    /// <param name="remote">The other side.</param>
    /// <param name="deadline">Ends the handshake.</param>
    /// <returns>Why there is none; null when all is well.</returns>
    /// <exception cref="SocketException">The connection broke, or the time is over.</exception>
    public string? Accept(IPeerTls tls, IPAddress remote, HandshakeDeadline deadline)
    {
        _raw = new PeerSocketStream(socket) { Deadline = deadline };
        try
        {
            return Take(tls.Accept(_raw, remote));
        }
        catch (Exception broken) when (IsOfTls(broken))
        {
            throw Translate(broken);
        }
    }

    /// <summary>The handshake is over: from now on reads wait as long as the socket lets them.</summary>
    public void LiftDeadline()
    {
        if (_raw is { } raw)
        {
            raw.Deadline = null;
        }
    }

    /// <summary>The dialler's side of TLS.</summary>
    /// <param name="tls">Certificates.</param>
    /// <param name="host">Host of the peer URL.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    /// <returns>Why there is none; null when all is well.</returns>
    public async ValueTask<string?> DialAsync(IPeerTls tls, string host, CancellationToken cancellationToken)
    {
        try
        {
            return Take(await tls.DialAsync(new PeerSocketStream(socket), host, cancellationToken));
        }
        catch (Exception broken) when (IsOfTls(broken))
        {
            throw Translate(broken);
        }
    }

    /// <summary>Receives what is there, blocking until something is.</summary>
    /// <returns>0 when the other side has closed.</returns>
    public int Receive(Span<byte> target) => _tls is null ? socket.Receive(target) : ReadTls(_tls, target);

    /// <summary>Sends every byte, blocking.</summary>
    public void SendAll(ReadOnlySpan<byte> bytes)
    {
        if (_tls is null)
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[socket.Send(bytes)..];
            }

            return;
        }

        try
        {
            _tls.Write(bytes);
        }
        catch (Exception broken) when (IsOfTls(broken))
        {
            throw Translate(broken);
        }
    }

    /// <summary>Receives what is there.</summary>
    /// <returns>0 when the other side has closed.</returns>
    public ValueTask<int> ReceiveAsync(Memory<byte> target, CancellationToken cancellationToken) =>
        _tls is null ? socket.ReceiveAsync(target, SocketFlags.None, cancellationToken) : ReadTlsAsync(_tls, target, cancellationToken);

    /// <summary>Sends every byte.</summary>
    public async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_tls is null)
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
            }

            return;
        }

        try
        {
            await _tls.WriteAsync(bytes, cancellationToken);
        }
        catch (Exception broken) when (IsOfTls(broken))
        {
            throw Translate(broken);
        }
    }

    /// <summary>Closes the connection and what TLS holds for it. Only when nothing reads or writes any more; else <see cref="PeerSocket.Close"/>.</summary>
    public void Dispose()
    {
        PeerSocket.Close(socket);
        _tls?.Dispose();
    }

    /// <summary>Whether an exception of a TLS stream is about its connection, not about a mistake of the caller.</summary>
    public static bool IsOfTls(Exception broken) => broken is IOException or AuthenticationException or CryptographicException or InvalidOperationException and not ObjectDisposedException;

    /// <summary>The socket's own exception when it is the cause.</summary>
    public static Exception Translate(Exception broken)
    {
        for (Exception? cause = broken; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException or ObjectDisposedException)
            {
                return new SocketException((int)((cause as SocketException)?.SocketErrorCode ?? SocketError.OperationAborted));
            }
        }

        return new PeerLinkException(broken.InnerException?.Message ?? broken.Message, broken);
    }

    private static int ReadTls(Stream tls, Span<byte> target)
    {
        try
        {
            return tls.Read(target);
        }
        catch (Exception broken) when (IsOfTls(broken))
        {
            throw Translate(broken);
        }
    }

    private static async ValueTask<int> ReadTlsAsync(Stream tls, Memory<byte> target, CancellationToken cancellationToken)
    {
        try
        {
            return await tls.ReadAsync(target, cancellationToken);
        }
        catch (Exception broken) when (IsOfTls(broken))
        {
            throw Translate(broken);
        }
    }

    private string? Take(PeerTlsOutcome outcome)
    {
        (_tls, Binding, ProvesPeer) = (outcome.Stream, outcome.Binding, outcome.ProvesPeer);
        return outcome.Refusal;
    }
}
