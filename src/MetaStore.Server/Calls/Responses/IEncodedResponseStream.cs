using System.Buffers;
using Grpc.Core;

namespace MetaStore.Server.Calls.Responses;

/// <summary>A response stream that also takes messages that are already encoded. One writer at a time.</summary>
/// <remarks>
/// The response stream of a network call implements it; test for it. It serves to send one encoded part to many callers: the part is copied once
/// for each, into the memory that the socket sends from, and no message object is created.
/// </remarks>
internal interface IEncodedResponseStream
{
    /// <summary>True when <see cref="FlushAsync"/> may be called within a message, so that a large one never waits as a whole.</summary>
    bool FlushesParts => false;

    /// <summary>Sends the response headers, if not sent already. To be awaited before the first message.</summary>
    ValueTask StartAsync();

    /// <summary>Starts a message; exactly <paramref name="length"/> bytes must follow before any other call except, with <see cref="FlushesParts"/>, <see cref="FlushAsync"/>.</summary>
    IBufferWriter<byte> BeginMessage(int length);

    /// <summary>Sends the messages written so far and waits for HTTP/2 flow control.</summary>
    /// <exception cref="RpcException">The client disconnected (<see cref="StatusCode.Cancelled"/>).</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);
}
