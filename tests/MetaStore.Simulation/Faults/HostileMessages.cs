using MetaStore.Raft;
using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Faults;

/// <summary>Messages that no correct node sends: a node must drop each of them and continue.</summary>
/// <remarks>Each is detectably wrong by itself, so that dropping it is the only correct reaction.</remarks>
internal static class HostileMessages
{
    private const ulong Absurd = 1UL << 62;

    /// <summary>Terms far ahead come in bursts with long pauses: a node that repeats one is believed in the end (ADR 0010).</summary>
    private const long FarPause = 60 * SimKernel.Second;

    /// <summary>Sends a burst to a node.</summary>
    public static void Send(SimMachine target, SimRandom random, long now)
    {
        bool far = now - target.FarTermsAt >= FarPause;
        target.FarTermsAt = far ? now : target.FarTermsAt;
        for (int left = random.Between(1, 20); left > 0; left--)
        {
            Message? fitting = target.Process is { } process ? random.Next(4) switch
            {
                0 when far => Far(process, random),
                1 => NotReceived(process, random),
                2 when process.Node.Leadership.Role == Role.Leader => Unreadable(process, random),
                _ => null,
            } : null;
            target.Deliver(fitting ?? Make(target.Id, random));
        }
    }

    /// <summary>Valid for a member, except for its term.</summary>
    private static Message Far(SimProcess process, SimRandom random) => new()
    {
        Type = random.Pick([MessageType.Heartbeat, MessageType.RequestVote, MessageType.AppendEntriesResponse, MessageType.PreVote]),
        To = process.Machine.Id,
        From = Other(process.Machine.Id),
        Term = process.Core.Term + (1UL << random.Between(22, 60)),
    };

    /// <summary>A snapshot announcement that is consistent, but whose file was never received.</summary>
    private static Message NotReceived(SimProcess process, SimRandom random)
    {
        RaftStatus status = process.Core.Status;
        return new Message
        {
            Type = MessageType.InstallSnapshot,
            To = process.Machine.Id,
            From = status.Leader != 0 && status.Leader != process.Machine.Id ? status.Leader : Other(process.Machine.Id),
            Term = Math.Max(1, status.Term),
            Snapshot = new SnapshotMetadata(status.LastIndex + (ulong)random.Between(1, 9), Math.Max(1, status.Term), status.ConfState),
        };
    }

    /// <summary>A proposal forwarded to the leader, in its term, that no member could apply.</summary>
    private static Message Unreadable(SimProcess process, SimRandom random)
    {
        byte[] data = new byte[random.Between(1, 40)];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (byte)random.Next(256);
        }

        return new Message
        {
            Type = MessageType.Propose,
            To = process.Machine.Id,
            From = Other(process.Machine.Id),
            Term = process.Core.Term,
            Entries = [new Entry(0, 0, EntryType.Normal, data)],
        };
    }

    private static ulong Other(ulong target) => (target % 3) + 1 == target ? target + 1 : (target % 3) + 1;

    private static Message Make(ulong target, SimRandom random)
    {
        ulong index = (ulong)random.Next(50);
        ulong term = (ulong)random.Between(1, 9);
        ulong sender = Other(target);
        return random.Next(8) switch
        {
            0 => new Message { Type = AnyType(random), To = target + 1, From = sender, Term = term, Index = index, Entries = [] },
            1 => new Message { Type = AnyType(random), To = target, From = 0, Term = term, Index = index, Entries = [] },
            2 => new Message { Type = AnyType(random), To = target, From = sender, Term = random.Chance(0.5) ? 0 : Absurd + term, Entries = [] },
            3 => new Message { Type = AnyType(random), To = target, From = sender, Term = term, Index = Absurd, Commit = index, Entries = [] },
            4 => new Message { Type = AnyType(random), To = target, From = sender, Term = term, LogTerm = term + 1, Index = index, Entries = [] },
            5 => new Message
            {
                Type = MessageType.AppendEntries,
                To = target,
                From = sender,
                Term = term,
                Index = index,
                LogTerm = 1,
                Entries = [new Entry(1, index + 2, EntryType.Normal, default)],
            },
            6 => new Message { Type = MessageType.InstallSnapshot, To = target, From = sender, Term = term, Entries = [] },
            _ => new Message
            {
                Type = MessageType.InstallSnapshot,
                To = target,
                From = sender,
                Term = term,
                Snapshot = new SnapshotMetadata(index + 1, term, new ConfState([2, 1], [], [], [], false)),
                Entries = [],
            },
        };
    }

    private static MessageType AnyType(SimRandom random) => (MessageType)random.Between(1, (int)MessageType.TransferLeader);
}
