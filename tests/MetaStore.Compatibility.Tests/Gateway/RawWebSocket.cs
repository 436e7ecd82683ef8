using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace MetaStore.Compatibility.Tests.Gateway;

/// <summary>A WebSocket client that can send invalid frames and returns each received frame.</summary>
internal sealed class RawWebSocket : IAsyncDisposable
{
    internal const int Text = 1;
    internal const int Binary = 2;
    internal const int Close = 8;
    internal const int Ping = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient _tcp = new();
    private Stream? _stream;

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }

        _tcp.Dispose();
    }

    /// <summary>Requests an upgrade.</summary>
    /// <returns>Status and the relevant headers.</returns>
    internal async Task<string> OpenAsync(SocketServer server, string path, params string[] headers)
    {
        await _tcp.ConnectAsync(server.Node.ClientUrl.Host, server.Node.ClientUrl.Port);
        _stream = await StreamAsync(server);
        string[] fixedOnes = ["Host: x", "Connection: keep-alive, Upgrade", "Upgrade: websocket"];
        string[] cookies = server.Token is { } token ? [$"Cookie: token={token}"] : [];
        string[] usual = ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
        var all = fixedOnes.Concat(usual.Where(line => !headers.Any(own => own.StartsWith(line[..17], StringComparison.Ordinal)))).Concat(headers).Concat(cookies);
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\n{string.Join("\r\n", all)}\r\n\r\n"));
        var lines = new List<string>();
        while (await LineAsync() is { Length: > 0 } line)
        {
            lines.Add(line);
        }

        var shown = lines.Skip(1).Where(line => line.StartsWith("Sec-Web", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Upgrade", StringComparison.OrdinalIgnoreCase));
        return $"{lines[0]} {string.Join(' ', shown.Select(line => line.ToLowerInvariant()).Order(StringComparer.Ordinal))}";
    }

    internal async Task SendAsync(byte[] payload, int opcode = Text, bool isLast = true, bool isMasked = true, int reserved = 0)
    {
        var head = new List<byte> { (byte)((isLast ? 0x80 : 0) | reserved << 4 | opcode) };
        var mask = isMasked ? 0x80 : 0;
        if (payload.Length < 126)
        {
            head.Add((byte)(mask | payload.Length));
        }
        else
        {
            head.Add((byte)(mask | 127));
            var length = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
            head.AddRange(length);
        }

        // A mask of zeros leaves the payload unchanged.
        head.AddRange(new byte[isMasked ? 4 : 0]);
        await _stream!.WriteAsync((byte[])[.. head, .. payload]);
    }

    internal Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>The next frame as opcode and text; "closed" at the end, with or without a close frame.</summary>
    internal async Task<string> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var head = await BytesAsync(2, patience.Token);
            long length = head[1] switch
            {
                126 => BinaryPrimitives.ReadUInt16BigEndian(await BytesAsync(2, patience.Token)),
                127 => BinaryPrimitives.ReadInt64BigEndian(await BytesAsync(8, patience.Token)),
                _ => head[1],
            };
            var payload = await BytesAsync((int)length, patience.Token);
            return (head[0] & 15) == Close
                ? payload.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(payload) == 1000 ? await ReceiveAsync() : $"closed {BinaryPrimitives.ReadUInt16BigEndian(payload)}"
                : $"{head[0] & 15} {Encoding.UTF8.GetString(payload)}";
        }
        catch (Exception end) when (end is EndOfStreamException or IOException)
        {
            return "closed";
        }
        catch (OperationCanceledException)
        {
            return "nothing came";
        }
    }

    private async Task<Stream> StreamAsync(SocketServer server)
    {
        if (server.Node.ClientUrl.Scheme == "http")
        {
            return _tcp.GetStream();
        }

        var tls = new SslStream(_tcp.GetStream());
        var options = server.Node.Security.CreateTlsOptions();
        options.TargetHost = server.Node.ClientUrl.Host;
        await tls.AuthenticateAsClientAsync(options);
        return tls;
    }

    private async Task<byte[]> BytesAsync(int count, CancellationToken patience)
    {
        var bytes = new byte[count];
        await _stream!.ReadExactlyAsync(bytes, patience);
        return bytes;
    }

    private async Task<string> LineAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var line = new StringBuilder();
        while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal))
        {
            line.Append((char)(await BytesAsync(1, patience.Token))[0]);
        }

        return line.ToString()[..^2];
    }
}
