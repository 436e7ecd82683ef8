using System.Buffers;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls.Responses;

namespace MetaStore.Server.Tests.Watch.Sending;

/// <summary>Takes the encoded responses of a stream; a flush ends when the test says, or at once.</summary>
internal sealed class RecordedResponses : IEncodedResponseStream
{
    private readonly List<(int Length, Blocks Bytes)> _messages = [];

    public bool FlushesParts { get; init; }

    /// <summary>What a flush awaits.</summary>
    public Func<CancellationToken, Task> Flush { get; set; } = _ => Task.CompletedTask;

    public int Flushes { get; private set; }

    public bool HasStarted { get; private set; }

    /// <summary>The messages, each of which has the length that it was begun with.</summary>
    public List<WatchResponse> Messages => [.. _messages.Select(message =>
    {
        Assert.Equal(message.Length, message.Bytes.Written.Length);
        return WatchResponse.Parser.ParseFrom(message.Bytes.Written.ToArray());
    })];

    /// <summary>Bytes of each message.</summary>
    public IEnumerable<int> Lengths => _messages.Select(message => message.Length);

    public ValueTask StartAsync()
    {
        HasStarted = true;
        return ValueTask.CompletedTask;
    }

    public IBufferWriter<byte> BeginMessage(int length)
    {
        var bytes = new Blocks();
        _messages.Add((length, bytes));
        return bytes;
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        Flushes++;
        return new ValueTask(Flush(cancellationToken));
    }

    /// <summary>Gives memory as a connection does: a block, or more when more is asked for.</summary>
    private sealed class Blocks : IBufferWriter<byte>
    {
        private const int BlockBytes = 4096;

        private byte[] _block = [];

        public MemoryStream Written { get; } = new();

        public void Advance(int count) => Written.Write(_block, 0, count);

        public Memory<byte> GetMemory(int sizeHint = 0) => _block = new byte[Math.Max(sizeHint, BlockBytes)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
