using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;

namespace MetaStore.Server.Tests.Gateway.Sockets;

/// <summary>Both ends of a WebSocket in this process.</summary>
internal sealed class SocketPair : IDisposable
{
    private readonly Pipe _up = new(new PipeOptions(pauseWriterThreshold: 1 << 20));
    private readonly Pipe _down = new(new PipeOptions(pauseWriterThreshold: 1 << 20));

    public SocketPair()
    {
        Server = Create(_up.Reader, _down.Writer, isServer: true);
        Client = Create(_down.Reader, _up.Writer, isServer: false);
    }

    public WebSocket Server { get; }

    public WebSocket Client { get; }

    public Task SendAsync(string text, bool isBinary = false, bool isLast = true) => Client.SendAsync(
        Encoding.UTF8.GetBytes(text), isBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, isLast, CancellationToken.None);

    /// <summary>The next message; null when the other side closes.</summary>
    public async Task<string?> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        byte[] buffer = new byte[1 << 20];
        WebSocketReceiveResult received = await Client.ReceiveAsync(buffer, patience.Token);
        int length = received.Count;
        while (!received.EndOfMessage)
        {
            received = await Client.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), patience.Token);
            length += received.Count;
        }

        return received.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>The client's machine is gone: no close frame, the connection ends.</summary>
    public async Task DropAsync()
    {
        await _up.Writer.CompleteAsync();
        await _down.Reader.CompleteAsync();
    }

    public void Dispose()
    {
        Server.Dispose();
        Client.Dispose();
    }

    private static WebSocket Create(PipeReader input, PipeWriter output, bool isServer) => WebSocket.CreateFromStream(
        new Ends(input.AsStream(), output.AsStream()), new WebSocketCreationOptions { IsServer = isServer, KeepAliveInterval = TimeSpan.Zero });

    private sealed class Ends(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override void Flush() => output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
