using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>Sample messages.</summary>
internal static class Samples
{
    public static Message Full() => new()
    {
        Type = MessageType.AppendEntries,
        To = ulong.MaxValue,
        From = 0x0123456789ABCDEF,
        Term = ulong.MaxValue,
        LogTerm = 300,
        Index = 1ul << 40,
        Commit = 127,
        Reject = true,
        RejectHint = 128,
        Context = 0xFEDCBA9876543210,
        OneWay = true,
        Snapshot = new SnapshotMetadata(9, 8, new ConfState([1, 2, 3], [4], [1, 2], [3], true)),
        Entries =
        [
            new Entry(5, 10, EntryType.Normal, new byte[] { 1, 2, 3 }),
            new Entry(6, 11, EntryType.ConfChange, Filled(5000)),
            new Entry(6, 12, EntryType.Normal, default),
        ],
    };

    public static Message Append(ulong firstIndex, params int[] sizes) => new()
    {
        Type = MessageType.AppendEntries,
        To = 2,
        From = 1,
        Term = 3,
        Entries = [.. sizes.Select((size, i) => new Entry(3, firstIndex + (ulong)i, EntryType.Normal, Filled(size)))],
    };

    public static Message Heartbeat(ulong from, ulong to, ulong context) =>
        new() { Type = MessageType.Heartbeat, From = from, To = to, Term = 1, Context = context };

    public static byte[] Filled(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    public static void AssertEqual(Message expected, Message actual)
    {
        Assert.Equal((expected.Type, expected.To, expected.From, expected.Term), (actual.Type, actual.To, actual.From, actual.Term));
        Assert.Equal((expected.LogTerm, expected.Index, expected.Commit), (actual.LogTerm, actual.Index, actual.Commit));
        Assert.Equal((expected.Reject, expected.RejectHint, expected.Context, expected.OneWay), (actual.Reject, actual.RejectHint, actual.Context, actual.OneWay));
        Assert.Equal(expected.Snapshot?.Index, actual.Snapshot?.Index);
        Assert.Equal(expected.Snapshot?.ConfState.Voters, actual.Snapshot?.ConfState.Voters);
        Assert.Equal(expected.Snapshot?.ConfState.LearnersNext, actual.Snapshot?.ConfState.LearnersNext);
        Assert.Equal(expected.Snapshot?.ConfState.AutoLeave, actual.Snapshot?.ConfState.AutoLeave);
        Assert.Equal(expected.Entries.Count, actual.Entries.Count);
        for (int i = 0; i < expected.Entries.Count; i++)
        {
            Entry one = expected.Entries[i];
            Entry other = actual.Entries[i];
            Assert.Equal((one.Term, one.Index, one.Type), (other.Term, other.Index, other.Type));
            Assert.Equal(one.Data.ToArray(), other.Data.ToArray());
        }
    }
}
