using MetaStore.Server.Calls.Responses;
using System.Buffers;
using MetaStore.Protocol.Etcd;
using Grpc.Core;

namespace MetaStore.Server.Watch.Sending;

/// <summary>Decodes responses for callers inside the process that need message objects, such as the JSON gateway.</summary>
internal sealed class DecodedWatchStream(IServerStreamWriter<WatchResponse> responses) : IEncodedResponseStream
{
    private readonly Queue<ArrayBufferWriter<byte>> _messages = new();

    /// <inheritdoc/>
    public ValueTask StartAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public IBufferWriter<byte> BeginMessage(int length)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(length, 1));
        _messages.Enqueue(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        while (_messages.TryDequeue(out ArrayBufferWriter<byte>? message))
        {
            await responses.WriteAsync(WatchResponse.Parser.ParseFrom(message.WrittenSpan), cancellationToken);
        }
    }
}
