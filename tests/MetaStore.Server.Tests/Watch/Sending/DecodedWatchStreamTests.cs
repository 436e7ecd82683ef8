using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Watch.Sending;

namespace MetaStore.Server.Tests.Watch.Sending;

/// <summary>Encoded responses for callers inside the process: decoded when they are flushed, in order, each once.</summary>
public sealed class DecodedWatchStreamTests : IServerStreamWriter<WatchResponse>
{
    private readonly List<WatchResponse> _written = [];
    private readonly DecodedWatchStream _stream;

    public DecodedWatchStreamTests() => _stream = new DecodedWatchStream(this);

    public WriteOptions? WriteOptions { get; set; }

    [Fact]
    public async Task Messages_AreWrittenByAFlush_InOrder_AlsoAnEmptyOne()
    {
        await _stream.StartAsync();
        WatchResponse[] messages = [new() { WatchId = 1 }, new(), new() { Canceled = true, CancelReason = "why" }];
        foreach (WatchResponse message in messages)
        {
            message.WriteTo(_stream.BeginMessage(message.CalculateSize()));
        }

        Assert.Empty(_written);
        await _stream.FlushAsync();
        await _stream.FlushAsync();
        Assert.Equal(messages, _written);
    }

    /// <summary>A message must be whole when it is decoded.</summary>
    [Fact]
    public void Parts_AreNotFlushed() => Assert.False(((IEncodedResponseStream)_stream).FlushesParts);

    Task IAsyncStreamWriter<WatchResponse>.WriteAsync(WatchResponse message)
    {
        _written.Add(message);
        return Task.CompletedTask;
    }
}
