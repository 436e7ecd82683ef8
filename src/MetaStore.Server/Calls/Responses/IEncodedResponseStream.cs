using System.Buffers;
using Grpc.Core;

namespace MetaStore.Server.Calls.Responses;

/// <summary>A response stream that also takes messages whose bytes exist already. One writer at a time.</summary>
/// <remarks>
/// The response stream of a call on the wire is one; test for it. For whoever has one encoded part to send to many callers: it is copied
/// once for each, into the memory the socket sends from, and no message object is made.
/// </remarks>
internal interface IEncodedResponseStream
{
    /// <summary>True when <see cref="FlushAsync"/> may be called inside of a message, so that a large one never waits as a whole.</summary>
    bool FlushesParts => false;

    /// <summary>Sends the response headers, if that was not done. To be awaited before the first message.</summary>
    ValueTask StartAsync();

    /// <summary>Begins a message; exactly <paramref name="length"/> bytes must be written before anything else is called, but for <see cref="FlushAsync"/> when <see cref="FlushesParts"/>.</summary>
    IBufferWriter<byte> BeginMessage(int length);

    /// <summary>Sends the messages written so far and waits for HTTP/2 flow control.</summary>
    /// <exception cref="RpcException">The client is gone (<see cref="StatusCode.Cancelled"/>).</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);
}
