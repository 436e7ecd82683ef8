using Google.Protobuf;
using MetaStore.Fuzz.Inputs;
using MetaStore.IO;
using MetaStore.Protocol.Peer;
using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Handshake;
using MetaStore.Raft.Runtime.Transport.Listening;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Fuzz.Targets;

/// <summary>What a member makes of what arrives on a connection: bytes that say all of it, and whether none of it was refused.</summary>
/// <param name="bytes">What arrives.</param>
/// <param name="pieceBytes">In pieces of so many bytes at most.</param>
internal sealed class PeerReading(byte[] bytes, int pieceBytes)
{
    internal const ulong Cluster = 0xC1;
    internal const ulong Self = 1;
    internal const ulong Member = 2;
    internal const string Folder = "/snap";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PeerLink _link = ReceivedLink.Of(bytes, pieceBytes);
    private readonly List<byte> _made = [];

    /// <summary>All that was made of it.</summary>
    public IReadOnlyList<byte> Made => _made;

    /// <summary>True when all was read; false when something was refused.</summary>
    public bool ReadMessages(Lane lane)
    {
        FrameReader frames = new(_link, FrameFormat.BytesMax(lane));
        List<(Message Message, byte[] Frame)> read = [];
        FrameOutcome outcome;
        while ((outcome = frames.Next(out ReadOnlyMemory<byte> body)) == FrameOutcome.Frame
            && MessageDecoder.TryDecode(body, out Message message) && PeerLane.Refusal(message, Member, lane, Self) is null)
        {
            _made.Add(RaftCore.IsValid(message, Self) ? (byte)1 : (byte)0);
            byte[] frame = PeerBytes.Frames(message);
            _made.AddRange(frame);
            read.Add((message, frame));
            if (!MessageDecoder.TryDecode(frame.AsMemory(FrameFormat.HeaderBytes), out Message again) || !frame.AsSpan().SequenceEqual(PeerBytes.Frames(again)))
            {
                throw new InvalidOperationException("a message that was written is read as another one");
            }
        }

        // They are kept while further ones arrive in the same buffer.
        if (!read.TrueForAll(static kept => kept.Frame.AsSpan().SequenceEqual(PeerBytes.Frames(kept.Message))))
        {
            throw new InvalidOperationException("a message changed after it was read");
        }

        _made.AddRange(System.Text.Encoding.UTF8.GetBytes(frames.Describe(outcome)));
        return outcome == FrameOutcome.Closed && read.Count > 0;
    }

    /// <inheritdoc cref="ReadMessages"/>
    public bool ReceiveSnapshot()
    {
        FrameReader frames = new(_link, FrameFormat.BytesMax(Lane.Snapshot));
        if (SnapshotLaneReader.ReadAnnouncement(frames, Member, out Message install) is not null
            || PeerLane.Refusal(install, Member, Lane.Snapshot, Self) is not null
            || SnapshotLaneReader.ReadLength(frames) is not { } length
            || !RaftCore.IsValid(install, Self))
        {
            return false;
        }

        MemoryDisk disk = new();
        SnapshotStore store = SnapshotStore.Open(Folder, Cluster, disk);
        using FrameBodyStream body = new(frames, length, Window, TimeProvider.System);
        ReceivedSnapshot received = new SnapshotSource(store, new NoFault()).Receive(install.Snapshot!, body, length);
        if ((received.Metadata is null) == (received.Refusal is null) || disk.Contents.Any() != (received.Refusal is null))
        {
            throw new InvalidOperationException("a snapshot is neither received nor refused, or something of a refused one remains");
        }

        if (received.Metadata is null)
        {
            return false;
        }

        byte[] kept = disk.Contents.Single();
        _made.AddRange(kept);
        if (!bytes.AsSpan().EndsWith(kept) && bytes.AsSpan().IndexOf(kept) < 0)
        {
            throw new InvalidOperationException("another snapshot is kept than was sent");
        }

        using Stream content = store.Open(install.Snapshot!.Index)!.OpenBody();
        content.CopyTo(Stream.Null);
        return true;
    }

    /// <inheritdoc cref="ReadMessages"/>
    public bool Echo()
    {
        string? refused = ProbeEcho.Run(new FrameReader(_link, FrameFormat.BytesMax(Lane.Probe)), frame => _made.AddRange(frame));
        if (!bytes.AsSpan().StartsWith(_made.ToArray()) || (refused is null && _made.Count != bytes.Length))
        {
            throw new InvalidOperationException("an echo is not what was sent");
        }

        return refused is null;
    }

    /// <inheritdoc cref="ReadMessages"/>
    public bool ReadHello()
    {
        (PeerHello? hello, Refusal? refusal) = new HelloReader(_link, ReceivedLink.Deadline()).Read();
        if (hello is null == (refusal is null))
        {
            throw new InvalidOperationException("a hello is neither read nor refused");
        }

        if (hello is null)
        {
            return false;
        }

        _made.AddRange(hello.ToByteArray());
        int end = FrameFormat.Preface.Length + FrameFormat.HeaderBytes + (int)FrameFormat.ReadHeader(bytes.AsSpan(FrameFormat.Preface.Length)).Length;
        CheckRest(end);
        return true;
    }

    /// <inheritdoc cref="ReadMessages"/>
    public bool Parse<T>(MessageParser<T> parser, int bytesMax)
        where T : IMessage<T>
    {
        if (HandshakeFrame.ReadAsync(_link, bytesMax, CancellationToken.None).AsTask().GetAwaiter().GetResult() is not { } body)
        {
            return false;
        }

        CheckRest(FrameFormat.HeaderBytes + body.Length);
        _made.AddRange(parser.ParseFrom(body).ToByteArray());
        return body.Length <= bytesMax ? true : throw new InvalidOperationException("a frame is longer than its bound");
    }

    /// <summary>Not one byte beyond a message of the handshake may be taken: another reader takes what follows.</summary>
    private void CheckRest(int end)
    {
        byte[] rest = new byte[bytes.Length + 1];
        int count = 0;
        for (int received; (received = _link.Receive(rest.AsSpan(count))) > 0; count += received)
        {
            // To the end.
        }

        if (!rest.AsSpan(0, count).SequenceEqual(bytes.AsSpan(end)))
        {
            throw new InvalidOperationException("more than the message was taken");
        }
    }

    private sealed class NoFault : IFatalHandler
    {
        public void OnFatal(int exitCode, string reason) => throw new InvalidOperationException(reason);
    }
}
