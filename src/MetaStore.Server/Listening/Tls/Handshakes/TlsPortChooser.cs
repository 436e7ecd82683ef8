using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Connections;

namespace MetaStore.Server.Listening.Tls.Handshakes;

/// <summary>
/// Begins the TLS handshake of a connection, or hands it on as cleartext when the port takes that too: a TLS connection begins with a handshake record,
/// 0x16, and nothing else on the port does.
/// </summary>
/// <remarks>
/// A slot is taken only when the client's whole first record is there, so clients that say nothing, or half of it, hold none. All that together has the time
/// of <paramref name="timeout"/>. Source of the record's layout: RFC 8446 section 5.1.
/// </remarks>
/// <param name="tls">The pipeline that begins with TLS.</param>
/// <param name="cleartext">The pipeline without it; null when the port is for TLS alone.</param>
/// <param name="timeout">From the first byte awaited to the end of the handshake.</param>
/// <param name="port">Slots, counts and log.</param>
internal sealed class TlsPortChooser(ConnectionDelegate tls, ConnectionDelegate? cleartext, TimeSpan timeout, TlsPort port)
{
    private const byte HandshakeRecord = 0x16;
    private const int RecordHeaderBytes = 5;
    private const int RecordBytesMax = 16 * 1024;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        using var deadline = new CancellationTokenSource(timeout);
        try
        {
            switch (await FirstRecordAsync(connection, deadline.Token))
            {
                case FirstBytes.Cleartext when cleartext is not null:
                    await cleartext(connection);
                    return;
                case FirstBytes.Cleartext:
                    port.OnCleartext(connection.RemoteEndPoint);
                    return;
                case FirstBytes.Malformed:
                    port.OnFailed(connection.RemoteEndPoint, "its first record is longer than TLS allows");
                    return;
                case FirstBytes.Closed:
                    return;
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            port.OnSilent(connection.RemoteEndPoint, timeout);
            return;
        }
        catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException)
        {
            return;
        }

        await HandshakeAsync(connection, deadline.Token);
    }

    private enum FirstBytes
    {
        Tls,
        Cleartext,
        Malformed,
        Closed,
    }

    private async Task HandshakeAsync(ConnectionContext connection, CancellationToken deadline)
    {
        IDisposable slot;
        try
        {
            slot = await port.Slots.TakeAsync(() => connection.Abort(new ConnectionAbortedException("the TLS handshake stood still while others waited")), deadline);
        }
        catch (OperationCanceledException)
        {
            port.OnFailed(connection.RemoteEndPoint, "too many others were in progress");
            return;
        }

        using var handshake = new PendingHandshake(connection, slot, deadline);
        connection.Features.Set(handshake);
        var why = "it was not finished in time, or the client gave it up";
        try
        {
            await tls(connection);
        }
        catch (Exception malformed) when (!handshake.IsComplete)
        {
            // Kestrel expects some kinds of failed handshakes and throws the others, which any client can cause.
            why = malformed.Message;
        }

        if (handshake is { IsComplete: false, Refusal: null })
        {
            port.OnFailed(connection.RemoteEndPoint, why);
        }
    }

    /// <summary>Waits for the whole first record of TLS, or for the first byte of anything else. Nothing is consumed.</summary>
    private static async Task<FirstBytes> FirstRecordAsync(ConnectionContext connection, CancellationToken deadline)
    {
        var input = connection.Transport.Input;
        var needed = 1;
        while (true)
        {
            var read = await input.ReadAtLeastAsync(needed, deadline);
            var known = read.Buffer.Length;
            var (first, all) = Measure(read.Buffer);
            input.AdvanceTo(read.Buffer.Start);
            if (known < needed)
            {
                return FirstBytes.Closed;
            }

            if (first != HandshakeRecord)
            {
                return FirstBytes.Cleartext;
            }

            if (all > RecordHeaderBytes + RecordBytesMax)
            {
                return FirstBytes.Malformed;
            }

            if (known >= all)
            {
                return FirstBytes.Tls;
            }

            needed = all;
        }
    }

    /// <summary>The first byte, and how many bytes the record has as far as is known.</summary>
    private static (byte First, int All) Measure(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> header = stackalloc byte[RecordHeaderBytes];
        header.Clear();
        buffer.Slice(0, Math.Min(buffer.Length, RecordHeaderBytes)).CopyTo(header);
        return (header[0], buffer.Length < RecordHeaderBytes ? RecordHeaderBytes : RecordHeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(header[3..]));
    }
}
