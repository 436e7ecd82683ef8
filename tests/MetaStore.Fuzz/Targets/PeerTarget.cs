using System.Buffers.Binary;
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

/// <summary>
/// What arrives on a connection of a peer, in pieces: frames of each lane, the parts of a snapshot, the hello, and what a dialler is answered. The first byte
/// says which, and whether checksums are made right first; the second is the size of the pieces.
/// </summary>
internal static class PeerTarget
{
    private const byte RightChecksums = 8;
    private const string Folder = "/snap";
    private const ulong Cluster = 0xC1;
    private const ulong Self = 1;
    private const ulong Member = 2;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly SnapshotMetadata Point = new(9, 2, new ConfState([1, 2], [3], [], [], false));

    public static void Run(byte[] input)
    {
        if (input.Length < 2)
        {
            return;
        }

        byte[] bytes = input[2..];
        int kind = input[0] % 8;
        if ((input[0] & RightChecksums) != 0)
        {
            SetChecksums(kind, bytes);
        }

        PeerLink link = ReceivedLink.Of(bytes, input[1] == 0 ? int.MaxValue : input[1]);
        try
        {
            switch (kind)
            {
                case 0 or 1:
                    ReadMessages(link, kind == 0 ? Lane.Append : Lane.Control);
                    break;
                case 2 or 3:
                    ReceiveSnapshot(new FrameReader(link, FrameFormat.BytesMax(Lane.Snapshot)));
                    break;
                case 4:
                    _ = ProbeEcho.Run(new FrameReader(link, FrameFormat.BytesMax(Lane.Probe)), static _ => { });
                    break;
                case 5:
                    _ = new HelloReader(link, ReceivedLink.Deadline()).Read();
                    break;
                case 6:
                    Parse(PeerWelcome.Parser, link, FrameFormat.MemberListBytesMax);
                    break;
                default:
                    Parse(SnapshotReceipt.Parser, link, FrameFormat.HandshakeBytesMax);
                    break;
            }
        }
        catch (Exception refused) when (refused is InvalidProtocolBufferException or EndOfStreamException)
        {
            // The connection is closed.
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        Message append = new()
        {
            Type = MessageType.AppendEntries,
            To = Self,
            From = Member,
            Term = 3,
            LogTerm = 2,
            Index = 8,
            Commit = 8,
            Entries = [new Entry(3, 9, EntryType.Normal, new byte[] { 1, 2, 3 }), new Entry(3, 10, EntryType.Normal, default)],
        };
        Message propose = new() { Type = MessageType.Propose, To = Self, From = Member, Entries = [new Entry(0, 0, EntryType.Normal, new byte[40])] };
        Message heartbeat = new() { Type = MessageType.Heartbeat, To = Self, From = Member, Term = 3, Commit = 9, Context = 77 };
        Message refusal = new() { Type = MessageType.AppendEntriesResponse, To = Self, From = Member, Term = 3, Index = 9, Reject = true, RejectHint = 7, OneWay = true };
        Message install = new() { Type = MessageType.InstallSnapshot, To = Self, From = Member, Term = 3, Snapshot = Point };
        byte[] snapshot = Container();
        PeerHello hello = new() { Version = 1, ClusterId = Cluster, From = Member, To = Self, Lane = Lane.Append, Dial = 5 };
        PeerWelcome welcome = new() { Outcome = HelloOutcome.HelloAccepted, Version = 1, ClusterId = Cluster, NodeId = Self };
        welcome.Members.Add(new PeerMember { Id = 1, Name = "n1", PeerUrls = { "http://n1:2380" } });
        yield return [0, 0, .. Frames(append, propose)];
        yield return [1, 7, .. Frames(heartbeat, refusal)];
        yield return [2, 100, .. Frames(install), .. BitConverter.GetBytes((long)snapshot.Length), .. snapshot];
        yield return [4, 0, .. FrameFormat.Wrap(BitConverter.GetBytes(4L)), .. FrameFormat.Wrap(BitConverter.GetBytes(5L))];
        yield return [5, 3, .. FrameFormat.Preface, .. FrameFormat.Wrap(hello.ToByteArray())];
        yield return [6, 0, .. FrameFormat.Wrap(welcome.ToByteArray())];
        yield return [7, 0, .. FrameFormat.Wrap(new SnapshotReceipt { Detail = "no" }.ToByteArray())];
        yield return [RightChecksums, 0, .. Frames(append, append)];
        yield return [RightChecksums | 1, 0, .. Frames(heartbeat, heartbeat)];
        yield return [RightChecksums | 2, 0, .. Frames(install), .. BitConverter.GetBytes((long)snapshot.Length), .. snapshot];
    }

    private static void ReadMessages(PeerLink link, Lane lane)
    {
        FrameReader frames = new(link, FrameFormat.BytesMax(lane));
        while (true)
        {
            FrameOutcome outcome = frames.Next(out ReadOnlyMemory<byte> body);
            if (outcome != FrameOutcome.Frame)
            {
                _ = frames.Describe(outcome);
                return;
            }

            if (!MessageDecoder.TryDecode(body, out Message message) || PeerLane.Refusal(message, Member, lane, Self) is not null)
            {
                return;
            }

            _ = RaftCore.IsValid(message, Self);
            CheckWriting(message);
        }
    }

    /// <summary>What is read can be written, and is then read as the same.</summary>
    private static void CheckWriting(Message message)
    {
        byte[] frame = Frames(message);
        if (!MessageDecoder.TryDecode(frame.AsMemory(FrameFormat.HeaderBytes), out Message again) || !frame.AsSpan().SequenceEqual(Frames(again)))
        {
            throw new InvalidOperationException("a message that was read is not read again");
        }
    }

    private static void ReceiveSnapshot(FrameReader frames)
    {
        if (SnapshotLaneReader.ReadAnnouncement(frames, Member, out Message install) is not null
            || PeerLane.Refusal(install, Member, Lane.Snapshot, Self) is not null
            || SnapshotLaneReader.ReadLength(frames) is not { } length
            || !RaftCore.IsValid(install, Self))
        {
            return;
        }

        SnapshotSource source = new(SnapshotStore.Open(Folder, Cluster, new MemoryDisk()), new NoFault());
        using FrameBodyStream body = new(frames, length, Window, TimeProvider.System);
        ReceivedSnapshot received = source.Receive(install.Snapshot!, body, length);
        if ((received.Metadata is null) == (received.Refusal is null))
        {
            throw new InvalidOperationException("a snapshot is neither received nor refused");
        }
    }

    private static void Parse<T>(MessageParser<T> parser, PeerLink link, int bytesMax)
        where T : IMessage<T>
    {
        if (HandshakeFrame.ReadAsync(link, bytesMax, CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } body)
        {
            _ = parser.ParseFrom(body);
        }
    }

    private static void SetChecksums(int kind, Span<byte> bytes)
    {
        int at = kind == 5 ? FrameFormat.Preface.Length : 0;
        while (bytes.Length - at >= FrameFormat.HeaderBytes)
        {
            Span<byte> frame = bytes[at..];
            int length = (int)Math.Min(FrameFormat.ReadHeader(frame).Length, frame.Length - FrameFormat.HeaderBytes);
            FrameFormat.WriteHeader(frame, length, Crc32C.Compute(frame.Slice(FrameFormat.HeaderBytes, length)));
            at += FrameFormat.HeaderBytes + length;
            if (kind is 2 or 3)
            {
                SetSnapshot(bytes[at..]);
                return;
            }
        }
    }

    /// <summary>The length before a container, and the checksums in it.</summary>
    private static void SetSnapshot(Span<byte> bytes)
    {
        if (bytes.Length > sizeof(ulong))
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - sizeof(ulong));
            Checksums.OfSnapshot(bytes[sizeof(ulong)..]);
        }
    }

    private static byte[] Frames(params Message[] messages)
    {
        FrameWriter writer = new();
        foreach (Message message in messages)
        {
            writer.Append(message);
        }

        return [.. writer.Segments().SelectMany(segment => segment)];
    }

    private static byte[] Container()
    {
        var disk = new MemoryDisk();
        SnapshotStore.Open(Folder, Cluster, disk).Write(Point, body => body.Write("the state"u8), revision: 4);
        return disk.Contents.Single();
    }

    private sealed class NoFault : IFatalHandler
    {
        public void OnFatal(int exitCode, string reason) => throw new InvalidOperationException(reason);
    }
}
