using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;
using MetaStore.Batching.Tests;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Tests.Wal;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Runtime.Tests.Limits;

/// <summary>All stages from the caller to the state machine, in sequence, on a simulated disk.</summary>
internal static class WriteChain
{
    /// <summary>Sends the commands through all stages and asserts that they are unchanged.</summary>
    public static void AssertPass(BatchSettings settings, byte[][] commands)
    {
        List<byte[]> passed = Pass(settings, commands.Select(bytes => new RawCommand(bytes)));
        Assert.Equal(commands.Select(command => command.Length), passed.Select(command => command.Length));
        Assert.All(commands.Zip(passed), pair => Assert.True(pair.First.AsSpan().SequenceEqual(pair.Second)));
    }

    /// <summary>Batches the commands, logs and recovers the entries, frames and reads them as a peer does, and decodes them.</summary>
    /// <returns>The commands as the state machine receives them.</returns>
    private static List<byte[]> Pass(BatchSettings settings, IEnumerable<RawCommand> commands)
    {
        FakeSink sink = new();
        using (ProposalBatcher batcher = new(1, settings, sink.TryPropose, TimeProvider.System))
        {
            foreach (RawCommand command in commands)
            {
                Assert.Equal(ProposalAdmissionResult.Accepted, batcher.Enqueue(command, new FakeWaiter()));
            }

            batcher.Drain();
        }

        SimDisk disk = new();
        Entry[] entries = [.. sink.Batches.Select((batch, i) => new Entry(1, (ulong)i + 1, EntryType.Normal, batch.Data))];
        using (WalWriter journal = WalWriter.Open(Logs.Options("/wal", disk), out _))
        {
            journal.Persist([.. entries.Select(entry => Logs.Append(entry))]);
        }

        List<byte[]> passed = [];
        using WalWriter again = WalWriter.Open(Logs.Options("/wal", disk), out WalRecovery recovered);
        Assert.Equal(entries.Length, recovered.Entries.Count);
        foreach (Entry entry in recovered.Entries)
        {
            foreach (ReadOnlyMemory<byte> command in BatchCodec.Decode(OverTheWire(entry).Data))
            {
                passed.Add(command.ToArray());
            }
        }

        return passed;
    }

    /// <summary>The bytes that the writer would send, in one array.</summary>
    public static byte[] Frame(FrameWriter writer)
    {
        byte[] frame = new byte[writer.Bytes];
        int at = 0;
        foreach (ArraySegment<byte> segment in writer.Segments())
        {
            segment.AsSpan().CopyTo(frame.AsSpan(at));
            at += segment.Count;
        }

        return frame;
    }

    private static Entry OverTheWire(Entry entry)
    {
        FrameWriter writer = new();
        writer.Append(new Message { Type = MessageType.AppendEntries, To = 2, From = 1, Term = ulong.MaxValue, Index = ulong.MaxValue - 1, Entries = [entry] });
        byte[] frame = Frame(writer);
        Assert.InRange(frame.Length, 0, FrameFormat.HeaderBytes + FrameFormat.AppendBytesMax);
        Assert.True(MessageDecoder.TryDecode(frame.AsMemory(FrameFormat.HeaderBytes), out Message message));
        return Assert.Single(message.Entries);
    }
}
