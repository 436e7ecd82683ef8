using Microsoft.AspNetCore.Connections;

namespace MetaStore.Server.Listening.Tls.Handshakes;

/// <summary>One handshake in progress, as a feature of its connection: holds its slot, and ends the connection when its time is over. Belongs to the connection.</summary>
internal sealed class PendingHandshake : IDisposable
{
    private readonly IDisposable _slot;
    private readonly CancellationTokenRegistration _end;
    private int _isOver;

    /// <summary>Begins.</summary>
    /// <param name="connection">Is aborted when <paramref name="deadline"/> fires first.</param>
    /// <param name="slot">Of <see cref="HandshakeSlots"/>; owned from now on.</param>
    /// <param name="deadline">Fires when the time is over.</param>
    public PendingHandshake(ConnectionContext connection, IDisposable slot, CancellationToken deadline)
    {
        _slot = slot;
        _end = deadline.UnsafeRegister(static state => ((ConnectionContext)state!).Abort(new ConnectionAbortedException("the TLS handshake took too long")), connection);
    }

    /// <summary>True when the handshake has succeeded.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Why the client's certificate was refused; null when it was not.</summary>
    public string? Refusal { get; set; }

    /// <summary>The handshake has succeeded: the slot is free, and the deadline means nothing any more.</summary>
    public void Complete()
    {
        IsComplete = true;
        Dispose();
    }

    /// <summary>Gives the slot back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _end.Dispose();
            _slot.Dispose();
        }
    }
}
