using MetaStore.Raft.Messages;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Faults;

/// <summary>Messages that no correct node sends: a node drops each of them, whatever else is wrong with it, and goes on.</summary>
/// <remarks>Every one is wrong in a way that can be seen from the message alone, so that dropping it is the only right answer.</remarks>
internal static class HostileMessages
{
    private const ulong Absurd = 1UL << 62;

    /// <summary>Sends a burst to a node.</summary>
    public static void Send(SimMachine target, SimRandom random)
    {
        for (int left = random.Between(1, 20); left > 0; left--)
        {
            target.Deliver(Make(target.Id, random));
        }
    }

    private static Message Make(ulong target, SimRandom random)
    {
        ulong index = (ulong)random.Next(50);
        ulong term = (ulong)random.Between(1, 9);
        ulong sender = (target % 3) + 1 == target ? target + 1 : (target % 3) + 1;
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
