using Google.Protobuf;
using MetaStore.Fuzz.Inputs;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Fuzz.Targets;

/// <summary>
/// What arrives on a connection of a peer, as a whole and in pieces: frames of each lane, the parts of a snapshot, the hello, and what a dialler is answered. The first
/// byte says which, and whether checksums are made right first; the second is the size of the pieces, which decides nothing.
/// </summary>
internal static class PeerTarget
{
    private const byte RightChecksums = 8;

    private static readonly SnapshotMetadata Point = new(9, 2, new ConfState([1, 2], [3], [], [], false));

    public static bool Run(byte[] input)
    {
        if (input.Length < 2)
        {
            return false;
        }

        byte[] bytes = input[2..];
        int kind = input[0] % 8;
        if ((input[0] & RightChecksums) != 0)
        {
            PeerBytes.SetChecksums(kind == 5 ? bytes.AsSpan(Math.Min(bytes.Length, FrameFormat.Preface.Length)) : bytes, beforeSnapshot: kind is 2 or 3);
        }

        PeerReading whole = new(bytes, int.MaxValue);
        PeerReading pieces = new(bytes, input[1] + 1);
        bool isRead = IsRead(kind, whole);
        if (IsRead(kind, pieces) != isRead || !pieces.Made.SequenceEqual(whole.Made))
        {
            throw new InvalidOperationException($"as a whole something else is read than in pieces of {input[1] + 1}");
        }

        return isRead;
    }

    public static IEnumerable<byte[]> Seeds()
    {
        Message append = new()
        {
            Type = MessageType.AppendEntries,
            To = PeerReading.Self,
            From = PeerReading.Member,
            Term = 3,
            LogTerm = 2,
            Index = 8,
            Commit = 8,
            Entries = [new Entry(3, 9, EntryType.Normal, new byte[] { 1, 2, 3 }), new Entry(3, 10, EntryType.Normal, default)],
        };
        Message propose = new() { Type = MessageType.Propose, To = PeerReading.Self, From = PeerReading.Member, Entries = [new Entry(0, 0, EntryType.Normal, new byte[40])] };
        Message heartbeat = new() { Type = MessageType.Heartbeat, To = PeerReading.Self, From = PeerReading.Member, Term = 3, Commit = 9, Context = 77 };
        Message refusal = new() { Type = MessageType.AppendEntriesResponse, To = PeerReading.Self, From = PeerReading.Member, Term = 3, Index = 9, Reject = true, RejectHint = 7, OneWay = true };
        Message install = new() { Type = MessageType.InstallSnapshot, To = PeerReading.Self, From = PeerReading.Member, Term = 3, Snapshot = Point };
        byte[] snapshot = Container();
        PeerHello hello = new() { Version = 1, ClusterId = PeerReading.Cluster, From = PeerReading.Member, To = PeerReading.Self, Lane = Lane.Append, Dial = 5 };
        PeerWelcome welcome = new() { Outcome = HelloOutcome.HelloAccepted, Version = 1, ClusterId = PeerReading.Cluster, NodeId = PeerReading.Self };
        welcome.Members.Add(new PeerMember { Id = 1, Name = "n1", PeerUrls = { "http://n1:2380" } });
        yield return [0, 0, .. PeerBytes.Frames(append, propose)];
        yield return [1, 7, .. PeerBytes.Frames(heartbeat, refusal)];
        yield return [2, 100, .. PeerBytes.Frames(install), .. BitConverter.GetBytes((long)snapshot.Length), .. snapshot];
        yield return [4, 0, .. FrameFormat.Wrap(BitConverter.GetBytes(4L)), .. FrameFormat.Wrap(BitConverter.GetBytes(5L))];
        yield return [5, 3, .. FrameFormat.Preface, .. FrameFormat.Wrap(hello.ToByteArray())];
        yield return [6, 0, .. FrameFormat.Wrap(welcome.ToByteArray())];
        yield return [7, 0, .. FrameFormat.Wrap(new SnapshotReceipt { Detail = "no" }.ToByteArray())];
        yield return [RightChecksums, 0, .. PeerBytes.Frames(append, append)];
        yield return [RightChecksums | 1, 0, .. PeerBytes.Frames(heartbeat, heartbeat)];
        yield return [RightChecksums | 2, 0, .. PeerBytes.Frames(install), .. BitConverter.GetBytes((long)snapshot.Length), .. snapshot];
    }

    private static bool IsRead(int kind, PeerReading reading)
    {
        try
        {
            return kind switch
            {
                0 => reading.ReadMessages(Lane.Append),
                1 => reading.ReadMessages(Lane.Control),
                2 or 3 => reading.ReceiveSnapshot(),
                4 => reading.Echo(),
                5 => reading.ReadHello(),
                6 => reading.Parse(PeerWelcome.Parser, FrameFormat.MemberListBytesMax),
                _ => reading.Parse(SnapshotReceipt.Parser, FrameFormat.HandshakeBytesMax),
            };
        }
        catch (Exception refused) when (refused is InvalidProtocolBufferException or EndOfStreamException)
        {
            // The connection is closed.
            return false;
        }
    }

    private static byte[] Container()
    {
        var disk = new MemoryDisk();
        SnapshotStore.Open(PeerReading.Folder, PeerReading.Cluster, disk).Write(Point, body => body.Write("the state"u8), revision: 4);
        return disk.Contents.Single();
    }
}
