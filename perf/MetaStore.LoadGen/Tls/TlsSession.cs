using System.Net.Security;
using System.Security.Authentication;
using MetaStore.LoadGen.Http2;

namespace MetaStore.LoadGen.Tls;

/// <summary>TLS of one connection, without its socket: encrypted bytes in and out. One thread runs it, and nothing in it waits.</summary>
internal sealed class TlsSession : IDisposable
{
    private readonly FedStream _below = new();
    private readonly SslStream _tls;
    private readonly byte[] _plain = new byte[64 << 10];
    private readonly Task _handshake;
    private Task<int>? _read;
    private int _start;
    private int _end;

    /// <summary>Begins a handshake, whose first bytes are in <see cref="Outgoing"/>.</summary>
    /// <param name="options">Of the client, with the server's name.</param>
    public TlsSession(SslClientAuthenticationOptions options)
    {
        _tls = new SslStream(_below);
        _handshake = _tls.AuthenticateAsClientAsync(options, CancellationToken.None);
    }

    /// <summary>Encrypted bytes for the socket.</summary>
    public SendBuffer Outgoing => _below.Outgoing;

    /// <summary>Where the socket's next bytes go.</summary>
    public Span<byte> Room => _below.Room;

    /// <summary>True when <see cref="Write"/> and <see cref="Read"/> may be called.</summary>
    public bool IsReady => _handshake.IsCompletedSuccessfully;

    /// <summary>The first bytes of <see cref="Room"/> are filled.</summary>
    public void Add(int count) => _below.Add(count);

    /// <summary>Encrypts bytes, all of them into as few records as possible.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _tls.Write(bytes);

    /// <summary>Decrypts some bytes.</summary>
    /// <returns>0 when there are no more for now.</returns>
    /// <exception cref="IOException">What arrived is not what the server sent, it has closed TLS, or the handshake has failed.</exception>
    public int Read(Span<byte> target)
    {
        if (_handshake.IsFaulted)
        {
            throw new IOException($"the TLS handshake failed: {_handshake.Exception.InnerException!.Message}", _handshake.Exception);
        }

        if (_start == _end && (!IsReady || !TryDecrypt()))
        {
            return 0;
        }

        int count = Math.Min(target.Length, _end - _start);
        _plain.AsSpan(_start, count).CopyTo(target);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _tls.Dispose();

    /// <returns>False when more has to arrive first.</returns>
    private bool TryDecrypt()
    {
        Task<int> read = _read ??= _tls.ReadAsync(_plain).AsTask();
        if (!read.IsCompleted)
        {
            return false;
        }

        _read = null;
        try
        {
            (_start, _end) = (0, read.GetAwaiter().GetResult());
        }
        catch (AuthenticationException refused)
        {
            throw new IOException(refused.Message, refused);
        }

        return _end > 0 ? true : throw new IOException("TLS was closed by the server");
    }
}
