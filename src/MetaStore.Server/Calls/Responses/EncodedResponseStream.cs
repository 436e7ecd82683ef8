using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Calls.Responses;

/// <summary>The response stream of a network call for messages that are already encoded; see <see cref="EncodedMessage"/>.</summary>
internal sealed class EncodedResponseStream : IEncodedResponseStream
{
    private readonly IServerStreamWriter<EncodedMessage> _stream;
    private readonly HttpResponse _response;
    private readonly ServerCallContext _context;
    private readonly EncodedMessage _message = new();

    public EncodedResponseStream(IServerStreamWriter<EncodedMessage> stream, ServerCallContext context)
    {
        _stream = stream;
        _context = context;
        _response = context.GetHttpContext().Response;

        // Only FlushAsync flushes.
        stream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
    }

    /// <inheritdoc/>
    public bool FlushesParts => true;

    /// <inheritdoc/>
    public ValueTask StartAsync() => _response.HasStarted ? ValueTask.CompletedTask : new ValueTask(_context.WriteResponseHeadersAsync([]));

    /// <inheritdoc/>
    public IBufferWriter<byte> BeginMessage(int length)
    {
        _message.Length = length;
        Task begun = _stream.WriteAsync(_message);
        if (!begun.IsCompletedSuccessfully)
        {
            // Starting a message without a flush completes synchronously, unless the call has ended.
            throw new RpcException(CallStatuses.Cancelled);
        }

        return _message.Target!;
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default) => await _response.BodyWriter.FlushAsync(cancellationToken);
}
