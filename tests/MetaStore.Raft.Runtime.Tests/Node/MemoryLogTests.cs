using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;

namespace MetaStore.Raft.Runtime.Tests.Node;

public sealed class MemoryLogTests
{
    private static readonly ConfState Conf = ConfState.Of(1);

    [Fact]
    public void Empty_Log_KnowsThePlaceBeforeTheFirstEntry()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, []);

        Assert.Equal((1ul, 0ul), (log.FirstIndex, log.LastIndex));
        Assert.True(log.TryGetTerm(0, out ulong term));
        Assert.Equal(0ul, term);
        Assert.False(log.TryGetTerm(1, out _));
    }

    [Fact]
    public void Append_InTheMiddle_ReplacesAllLaterEntries()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 10, term: 1));

        log.Append(Run(6, 2, term: 2));

        Assert.Equal(7ul, log.LastIndex);
        Assert.Equal([1ul, 1, 1, 1, 1, 2, 2], Terms(log, 1, 8));
        Assert.Equal(7 * 33, log.Bytes);
    }

    [Fact]
    public void Append_WithGap_Throws()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 3, term: 1));

        Assert.Throws<InvalidOperationException>(() => log.Append(Run(5, 1, term: 1)));
    }

    [Fact]
    public void Entries_Taken_OutliveTruncation()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 3, term: 1));
        Assert.True(log.TryGetEntries(2, 4, long.MaxValue, out IReadOnlyList<Entry> taken));

        log.Append(Run(2, 5, term: 9));

        Assert.Equal([1ul, 1], taken.Select(entry => entry.Term));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(33, 2)]
    [InlineData(98, 3)]
    [InlineData(1000, 5)]
    public void Entries_Limited_EndWithTheOneThatExceedsTheLimit(long maxBytes, int expected)
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 5, term: 1));

        Assert.True(log.TryGetEntries(1, 6, maxBytes, out IReadOnlyList<Entry> taken));

        Assert.Equal(expected, taken.Count);
    }

    [Fact]
    public void Compaction_KeepsTheTermOfTheLastOneGone()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 1000, term: 3));
        log.SnapshotTaken(new SnapshotMetadata(900, 3, Conf));

        log.CompactTo(log.CompactionIndex(100, long.MaxValue));

        Assert.Equal((801ul, 1000ul), (log.FirstIndex, log.LastIndex));
        Assert.True(log.TryGetTerm(800, out ulong term));
        Assert.Equal(3ul, term);
        Assert.False(log.TryGetTerm(799, out _));
        Assert.False(log.TryGetEntries(800, 805, long.MaxValue, out _));
        Assert.Equal(200 * 33, log.Bytes);
    }

    [Fact]
    public void Compaction_WithFewBytesKept_CutsCloser()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 1000, term: 3));
        log.SnapshotTaken(new SnapshotMetadata(900, 3, Conf));

        Assert.Equal(890ul, log.CompactionIndex(100, 10 * 33));
        Assert.Equal(900ul, log.CompactionIndex(0, long.MaxValue));
        Assert.Equal(0ul, log.CompactionIndex(5000, long.MaxValue));
    }

    [Fact]
    public void Recovery_WithATailBeforeTheSnapshot_UsesItsFirstForItsTerm()
    {
        MemoryLog log = new(new SnapshotMetadata(10, 2, Conf), [.. Run(6, 3, term: 1), .. Run(9, 4, term: 2)]);

        Assert.Equal((7ul, 12ul), (log.FirstIndex, log.LastIndex));
        Assert.True(log.TryGetTerm(6, out ulong term));
        Assert.Equal(1ul, term);
    }

    [Fact]
    public void Recovery_FromTheVeryFirstEntry_KeepsAll()
    {
        MemoryLog log = new(new SnapshotMetadata(2, 1, Conf), Run(1, 4, term: 1));

        Assert.Equal((1ul, 4ul), (log.FirstIndex, log.LastIndex));
        Assert.True(log.TryGetTerm(0, out _));
    }

    [Fact]
    public void Recovery_WithoutEntries_ContinuesAfterTheSnapshot()
    {
        MemoryLog log = new(new SnapshotMetadata(10, 2, Conf), []);

        log.Append(Run(11, 2, term: 3));

        Assert.Equal((11ul, 12ul), (log.FirstIndex, log.LastIndex));
        Assert.True(log.TryGetTerm(10, out ulong term));
        Assert.Equal(2ul, term);
    }

    [Fact]
    public void Restore_ForgetsEverything()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 10, term: 1));

        log.Restore(new SnapshotMetadata(50, 4, Conf));

        Assert.Equal((51ul, 50ul, 0L), (log.FirstIndex, log.LastIndex, log.Bytes));
        Assert.Equal(50ul, log.Snapshot.Index);
    }

    [Fact]
    public void RandomUse_AgreesWithAPlainList()
    {
        const int Seed = 7;
        Random random = new(Seed);
        MemoryLog log = new(SnapshotMetadata.Empty, []);
        List<Entry> model = [];
        int compacted = 0;
        for (int step = 0; step < 5000; step++)
        {
            if (random.Next(10) < 8)
            {
                int keep = random.Next(5) == 0 ? random.Next(compacted, model.Count + 1) : model.Count;
                Entry[] run = Run((ulong)keep + 1, random.Next(1, 20), (ulong)step + 1);
                model.RemoveRange(keep, model.Count - keep);
                model.AddRange(run);
                log.Append(run);
            }
            else
            {
                compacted = random.Next(compacted, model.Count + 1);
                log.CompactTo((ulong)compacted);
            }

            Assert.Equal(((ulong)compacted + 1, (ulong)model.Count), (log.FirstIndex, log.LastIndex));
            Assert.Equal(model.Skip(compacted).Sum(entry => (long)entry.Size), log.Bytes);
            Assert.True(log.TryGetEntries(log.FirstIndex, log.LastIndex + 1, long.MaxValue, out IReadOnlyList<Entry> entries));
            Assert.Equal(model.Skip(compacted), entries);
        }
    }

    [Fact]
    public void Trim_KeepsTermsAndBytes_AndAsksForWhatIsMissed()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, [.. Run(1, 10, term: 1), .. Run(11, 10, term: 3)]);

        log.Trim(bytes: 5 * 33, applied: 20);

        Assert.Equal((1ul, 20ul, 20 * 33L, 5 * 33L), (log.FirstIndex, log.LastIndex, log.Bytes, log.MemoryBytes));
        Assert.All(Enumerable.Range(1, 20), index =>
        {
            Assert.True(log.TryGetTerm((ulong)index, out ulong term));
            Assert.Equal(index <= 10 ? 1ul : 3, term);
        });
        Assert.Equal([3ul, 3, 3, 3, 3], Terms(log, 16, 21));
        Assert.False(log.TryTakeWanted(out _, out _));
        Assert.Empty(Terms(log, 8, 21));
        Assert.Empty(Terms(log, 8, 21));
        Assert.True(log.TryTakeWanted(out ulong low, out ulong high));
        Assert.Equal((8ul, 16ul), (low, high));
        Assert.False(log.TryTakeWanted(out _, out _));
    }

    [Fact]
    public void Trim_KeepsWhatIsNotApplied()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 10, term: 1));

        log.Trim(bytes: 0, applied: 4);

        Assert.Equal(6 * 33L, log.MemoryBytes);
        Assert.Equal(6, Terms(log, 5, 11).Count());
        log.Append(Run(6, 3, term: 2));
        Assert.Equal([1ul, 2, 2, 2], Terms(log, 5, 9));
        Assert.Throws<InvalidOperationException>(() => log.Append(Run(4, 1, term: 2)));
    }

    [Fact]
    public void Supply_IsFoundUntilNothingAsksForItAnyMore()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 20, term: 1));
        log.Trim(bytes: 0, applied: 20);

        Assert.True(log.Supply([.. Run(5, 6, term: 1)]));

        Assert.Equal(4, Terms(log, 7, 21).Count());
        Assert.True(log.TryGetEntries(5, 21, 40, out IReadOnlyList<Entry> limited));
        Assert.Equal(2, limited.Count);
        Assert.Equal(6 * 33L, log.MemoryBytes);
        for (int tick = 0; tick < 30; tick++)
        {
            log.Tick();
        }

        Assert.Empty(Terms(log, 7, 21));
        Assert.Equal(0L, log.MemoryBytes);
    }

    [Fact]
    public void Supply_OfAnotherTerm_Throws()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 20, term: 2));
        log.Trim(bytes: 0, applied: 20);

        Assert.Throws<InvalidOperationException>(() => log.Supply([.. Run(5, 6, term: 1)]));
    }

    [Fact]
    public void Supply_AfterCompactionOrRestore_IsNotTaken()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 20, term: 1));
        log.Trim(bytes: 0, applied: 20);
        Assert.Empty(Terms(log, 2, 21));
        log.SnapshotTaken(new SnapshotMetadata(20, 1, Conf));

        log.CompactTo(8);

        Assert.False(log.TryTakeWanted(out _, out _));
        Assert.False(log.Supply([.. Run(8, 3, term: 1)]));
        Assert.True(log.Supply([.. Run(9, 3, term: 1)]));
        log.Restore(new SnapshotMetadata(50, 4, Conf));
        Assert.False(log.Supply([.. Run(9, 3, term: 1)]));
        Assert.Equal((51ul, 50ul, 0L, 0L), (log.FirstIndex, log.LastIndex, log.Bytes, log.MemoryBytes));
    }

    [Fact]
    public void Compaction_InWhatIsOnlyInTheFiles_CutsByItsSizes()
    {
        MemoryLog log = new(SnapshotMetadata.Empty, Run(1, 1000, term: 3));
        log.Trim(bytes: 0, applied: 990);
        log.SnapshotTaken(new SnapshotMetadata(900, 3, Conf));

        Assert.Equal(890ul, log.CompactionIndex(100, 10 * 33));
        log.CompactTo(890);

        Assert.Equal(110 * 33L, log.Bytes);
        Assert.True(log.TryGetTerm(890, out ulong term));
        Assert.Equal(3ul, term);
        Assert.False(log.TryGetTerm(889, out _));
    }

    [Fact]
    public void RandomUse_WithASmallTail_AgreesWithAPlainList()
    {
        const int Seed = 8;
        Random random = new(Seed);
        MemoryLog log = new(SnapshotMetadata.Empty, []);
        List<Entry> model = [];
        int compacted = 0;
        int applied = 0;
        for (int step = 0; step < 3000; step++)
        {
            switch (random.Next(10))
            {
                case < 6:
                    int keep = random.Next(5) == 0 ? random.Next(applied, model.Count + 1) : model.Count;
                    Entry[] run = Run((ulong)keep + 1, random.Next(1, 20), (ulong)step + 1);
                    model.RemoveRange(keep, model.Count - keep);
                    model.AddRange(run);
                    log.Append(run);
                    break;
                case < 9:
                    applied = random.Next(applied, model.Count + 1);
                    log.Trim(random.Next(300), (ulong)applied);
                    break;
                default:
                    compacted = random.Next(compacted, applied + 1);
                    log.CompactTo((ulong)compacted);
                    break;
            }

            Assert.Equal(((ulong)compacted + 1, (ulong)model.Count), (log.FirstIndex, log.LastIndex));
            if (model.Count == compacted)
            {
                continue;
            }

            ulong low = (ulong)random.Next(compacted + 1, model.Count + 1);
            Assert.True(log.TryGetEntries(low, log.LastIndex + 1, 500, out IReadOnlyList<Entry> entries));
            if (entries.Count == 0)
            {
                Assert.True(low <= (ulong)applied);
                Assert.True(log.TryTakeWanted(out ulong from, out ulong to));
                Assert.Equal(low, from);
                Assert.True(log.Supply([.. model.Skip((int)from - 1).Take(Math.Min(7, (int)(to - from)))]));
                Assert.True(log.TryGetEntries(low, log.LastIndex + 1, 500, out entries));
            }

            Assert.NotEmpty(entries);
            Assert.Equal(model.Skip((int)low - 1).Take(entries.Count), entries);
            Assert.True(log.TryGetTerm(low, out ulong term));
            Assert.Equal(entries[0].Term, term);
        }
    }

    private static Entry[] Run(ulong first, int count, ulong term) =>
        [.. Enumerable.Range(0, count).Select(i => new Entry(term, first + (ulong)i, EntryType.Normal, new byte[1]))];

    private static IEnumerable<ulong> Terms(MemoryLog log, ulong low, ulong high)
    {
        Assert.True(log.TryGetEntries(low, high, long.MaxValue, out IReadOnlyList<Entry> entries));
        return entries.Select(entry => entry.Term);
    }
}
