using System.Collections.Concurrent;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>Records everything that a transport delivers.</summary>
internal sealed class RecordingReceiver : IPeerReceiver
{
    public ConcurrentQueue<Message> Messages { get; } = new();

    public ConcurrentQueue<ulong> Unreachable { get; } = new();

    public ConcurrentQueue<(ulong Node, bool Delivered)> SnapshotsSent { get; } = new();

    public ConcurrentQueue<(Message Install, byte[] Body)> Snapshots { get; } = new();

    public bool TakesSnapshots { get; init; } = true;

    public Action<Message>? OnMessage { get; set; }

    public void OnMessages(ReadOnlySpan<Message> messages)
    {
        foreach (Message message in messages)
        {
            Messages.Enqueue(message);
            OnMessage?.Invoke(message);
        }
    }

    public void OnUnreachable(ulong node) => Unreachable.Enqueue(node);

    public void OnSnapshotSent(ulong node, bool delivered) => SnapshotsSent.Enqueue((node, delivered));

    public bool OnSnapshot(Message install, Stream body, long length)
    {
        using MemoryStream copy = new();
        body.CopyTo(copy);
        Snapshots.Enqueue((install, copy.ToArray()));
        return TakesSnapshots;
    }
}
