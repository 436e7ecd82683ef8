using Google.Protobuf;
using MetaStore.Protocol.Peer;

namespace MetaStore.Robustness.HostilePeer;

/// <summary>Messages of every type, with extreme and random values in every field. Deterministic for a seed, except for the cluster's current term.</summary>
/// <remarks>
/// With one exception: the learner, whose messages are accepted, does not claim to be leader in a term that the members consider possible.
/// Raft does not tolerate a member that lies about that; see docs/adr/0012. Everything else is included, elections in the current term too.
/// </remarks>
internal sealed class HostileMessages(Random random, Func<ulong> term)
{
    /// <summary>One in this many messages makes the receiver close the connection, so the messages sent after it are not read.</summary>
    private const int Fatal = 600;

    private static readonly ulong[] Extremes =
    [
        0, 1, 2, 3, 127, 128, 255, 256, 65535, 1ul << 31, (1ul << 32) - 1, 1ul << 32, (1ul << 53) + 1, (1ul << 62) - 1, 1ul << 62,
        long.MaxValue, 1ul << 63, ulong.MaxValue - 1, ulong.MaxValue,
    ];

    private static readonly PeerMessageType[] Control =
        [.. Enum.GetValues<PeerMessageType>().Except([PeerMessageType.PeerMessageNone, PeerMessageType.PeerAppendEntries, PeerMessageType.PeerPropose, PeerMessageType.PeerInstallSnapshot])];

    private static readonly int[] Sizes = [0, 0, 1, 17, 18, 23, 24, 100, 1000, 5000];

    /// <summary>The body of a frame.</summary>
    /// <param name="sender">The identity to use.</param>
    /// <param name="from">The sender's id.</param>
    /// <param name="to">The receiver's id.</param>
    /// <param name="append">Whether it is for the append lane, not the control lane.</param>
    public byte[] Body(Sender sender, ulong from, ulong to, bool append)
    {
        PeerMessageType type = TypeFor(append);
        PeerMessage message = new()
        {
            Type = type,
            To = random.Next(Fatal) == 0 ? Number() : to,
            From = random.Next(Fatal) == 0 ? Number() : from,
            Term = Term(sender, type),
            LogTerm = Number(),
            Index = Number(),
            Commit = Number(),
            Reject = random.Next(2) == 0,
            RejectHint = Number(),
            OneWay = random.Next(3) == 0,
            Context = Number(),
        };
        if (random.Next(type == PeerMessageType.PeerInstallSnapshot ? 2 : Fatal) == 0)
        {
            message.Snapshot = Point();
        }

        for (int left = append ? random.Next(4) : random.Next(20) / 19; left > 0; left--)
        {
            message.Entries.Add(Entry(message));
        }

        byte[] body = message.ToByteArray();
        return random.Next(Fatal) == 0 ? Harmed(body) : body;
    }

    private PeerMessageType TypeFor(bool append)
    {
        if (random.Next(Fatal) == 0)
        {
            // Any type, including undefined values.
            return (PeerMessageType)random.Next(-1, 18);
        }

        return append
            ? (random.Next(2) == 0 ? PeerMessageType.PeerAppendEntries : PeerMessageType.PeerPropose)
            : Control[random.Next(Control.Length)];
    }

    private ulong Term(Sender sender, PeerMessageType type)
    {
        bool leads = type is PeerMessageType.PeerAppendEntries or PeerMessageType.PeerHeartbeat or PeerMessageType.PeerInstallSnapshot or PeerMessageType.PeerTimeoutNow;
        bool moves = type is PeerMessageType.PeerRequestVote;
        if (sender == Sender.Learner && leads)
        {
            ulong number = Number();
            return number >= term() && number < 1ul << 31 ? 1 : number;
        }

        int share = sender == Sender.Learner && moves ? 100 : 2;
        return random.Next(share) == 0 ? term() + (ulong)random.Next(3) : Number();
    }

    private ulong Number() => random.Next(4) switch
    {
        0 => (ulong)random.NextInt64(),
        1 => (ulong)random.Next(1000),
        _ => Extremes[random.Next(Extremes.Length)],
    };

    private LogEntry Entry(PeerMessage message)
    {
        byte[] data = new byte[random.Next(500) == 0 ? random.Next(1 << 20) : Sizes[random.Next(Sizes.Length)]];
        random.NextBytes(data);
        if (data.Length > 3 && random.Next(2) == 0)
        {
            // The start of a proposal or of a batch, plain or compressed, so that the receiver reads beyond the first byte.
            data[0] = random.Next(2) == 0 ? (byte)0x50 : (byte)0xB5;
            data[1] = 1;
            data[2] = (byte)random.Next(6);
        }

        bool follows = random.Next(2) == 0;
        return new LogEntry
        {
            Type = (uint)random.Next(random.Next(Fatal) == 0 ? 300 : 2),
            Term = follows ? message.LogTerm : Number(),
            Index = follows ? message.Index + 1 + (ulong)message.Entries.Count : Number(),
            Data = ByteString.CopyFrom(data),
        };
    }

    private SnapshotPoint Point()
    {
        SnapshotPoint point = new() { Index = Number(), Term = Number(), AutoLeave = random.Next(2) == 0 };
        ulong[] members = [.. Enumerable.Range(0, random.Next(5)).Select(_ => Number())];
        point.Voters.Add(random.Next(2) == 0 ? members.Order() : members);
        point.Learners.Add(members.Take(random.Next(2)));
        point.VotersOutgoing.Add(members.Take(random.Next(3)).Order());
        return point;
    }

    private byte[] Harmed(byte[] body)
    {
        switch (random.Next(3))
        {
            case 0 when body.Length > 0:
                body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                return body;
            case 1:
                return body[..random.Next(body.Length + 1)];
            default:
                byte[] garbage = new byte[random.Next(200)];
                random.NextBytes(garbage);
                return [.. body, .. garbage];
        }
    }
}
