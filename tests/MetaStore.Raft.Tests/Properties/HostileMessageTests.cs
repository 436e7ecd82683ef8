using MetaStore.Raft.Messages;
using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Properties;

/// <summary>No sequence of messages makes the core throw (spec R23).</summary>
public sealed class HostileMessageTests
{
    private static readonly ulong[] _odd = [0, 1, 2, 3, 4, 5, 7, 100, 1UL << 62, 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Step_RandomMessages_NeverThrows(int seed)
    {
        var random = new Random(seed);
        for (int run = 0; run < 150; run++)
        {
            var node = new LoneNode([1, 2, 3], [1, 1, 2], new HardState(2, 0, (ulong)random.Next(4)));
            for (int i = 0; i < 200; i++)
            {
                Message message = Any(random);
                try
                {
                    node.Core.Step(message);
                    Disturb(node, random);
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"seed={seed} run={run} step={i} {Drawing.Message(message)}", failure);
                }
            }
        }
    }

    private static void Disturb(LoneNode node, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                node.Core.Tick();
                break;
            case 1:
                node.Core.Propose(new byte[3]);
                break;
            case 2:
                node.Core.ReadIndex((ulong)random.NextInt64());
                break;
            case 3:
                node.PumpOnly();
                break;
            case 4:
                node.Core.Campaign();
                break;
            default:
                node.Settle();
                break;
        }
    }

    private static Message Any(Random random)
    {
        ulong Number() => random.Next(4) > 0 ? (ulong)random.Next(6) : _odd[random.Next(_odd.Length)];
        ulong first = Number();
        return new Message
        {
            Type = (MessageType)random.Next(17),
            To = random.Next(10) > 0 ? 1 : Number(),
            From = random.Next(4) > 0 ? (ulong)random.Next(1, 4) : Number(),
            Term = random.Next(4) > 0 ? (ulong)random.Next(1, 8) : Number(),
            LogTerm = Number(),
            Index = first,
            Commit = Number(),
            Reject = random.Next(3) == 0,
            RejectHint = Number(),
            OneWay = random.Next(3) == 0,
            Context = Number(),
            Entries = [.. Enumerable.Range(0, random.Next(4)).Select(at => new Entry(Number(), unchecked(first + (ulong)at + 1), EntryType.Normal, default))],
            Snapshot = random.Next(2) == 0 ? null : new SnapshotMetadata(Number(), Number(), new ConfState([Number(), Number()], [Number()], [], [], random.Next(2) == 0)),
        };
    }
}
