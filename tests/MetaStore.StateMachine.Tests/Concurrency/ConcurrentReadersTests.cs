using System.Collections.Concurrent;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Concurrency;

/// <summary>Readers on separate threads while the apply thread writes, publishes, compacts and removes.</summary>
/// <remarks>
/// The history is a function of the revision, so that a reader can verify what it reads: revision r puts the key r mod 32 with value r, and about
/// each 9th revision deletes that key instead.
/// </remarks>
public sealed class ConcurrentReadersTests
{
    private const int Keys = 32;
    private const long LastRevision = 20_000;

    public static TheoryData<string> Engines { get; } = ["memory", "rocksdb"];

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Readers_WhileWriterCompacts_NeverSeeAWrongAnswer(string name)
    {
        using var engine = new ProbedEngine(name);
        var machine = new ReplicatedStateMachine(engine);
        var faults = new ConcurrentQueue<string>();
        var done = 0;
        var readers = Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            var random = new Random(reader + 1);
            var reads = 0;
            while (Volatile.Read(ref done) == 0 || reads < 100)
            {
                Read(machine, random, faults);
                reads++;
            }

            return reads;
        })).ToArray();
        try
        {
            Write(machine);
        }
        finally
        {
            Volatile.Write(ref done, 1);
        }

        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads >= 100));
        Assert.Empty(faults);
    }

    private static void Write(ReplicatedStateMachine machine)
    {
        var random = new Random(99);
        for (ulong index = 1; machine.Reader.Revision < LastRevision; index++)
        {
            machine.BeginEntry(index, 1);
            var revision = machine.Reader.Revision;
            for (var i = random.Next(1, 40); i > 0 && revision < LastRevision; i--)
            {
                revision++;
                var result = IsDelete(revision)
                    ? machine.Apply(CommandFormat.Encode(new DeleteRangeCommand { Key = Key(revision) }))
                    : machine.Apply(CommandFormat.Encode(new PutCommand { Key = Key(revision), Value = Value(revision) }));
                Assert.Equal(revision, result.Revision);
            }

            if (random.Next(5) == 0)
            {
                machine.Apply(CommandFormat.Encode(new CompactCommand { Revision = revision - random.Next(200) }));
            }

            machine.EndEntry();
            machine.Publish();
            machine.CompactStep(random.Next(1, 100));
        }
    }

    private static void Read(ReplicatedStateMachine machine, Random random, ConcurrentQueue<string> faults)
    {
        using var read = machine.Reader.OpenRead();
        var now = read.Revision;
        Check(read, 0, now, faults);
        var past = Math.Max(1, now - random.Next(300));
        Check(read, past, past, faults);
        Check(read, 0, now, faults);
        if (random.Next(20) == 0 && read.HashKv(past) is { Error: ErrorCode.None } hash)
        {
            var again = read.HashKv(past);
            if (again.Error == ErrorCode.None && again.Hash != hash.Hash)
            {
                faults.Enqueue($"hash at {past} changed");
            }
        }
    }

    private static void Check(ReadTxn read, long asked, long revision, ConcurrentQueue<string> faults)
    {
        var result = read.Range(new RangeQuery { Key = Bytes.FromKey, RangeEnd = Bytes.FromKey, Revision = asked });
        if (result.Error == ErrorCode.Compacted && asked > 0)
        {
            return;
        }

        var seen = string.Join(' ', result.Kvs.Select(kv => $"{Bytes.Text(kv.Key)}={Bytes.Text(kv.Value)}@{kv.ModRevision}"));
        var expected = Expected(revision);
        if (result.Error != ErrorCode.None || seen != expected || result.Revision != read.Revision || result.Count != result.Kvs.Count)
        {
            faults.Enqueue($"at {asked} of {read.Revision}: {result.Error} saw {seen} wanted {expected}");
        }
    }

    private static string Expected(long revision)
    {
        var live = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var r = Math.Max(2, revision - Keys + 1); r <= revision; r++)
        {
            if (!IsDelete(r))
            {
                live[Bytes.Text(Key(r))] = r;
            }
        }

        return string.Join(' ', live.Select(pair => $"{pair.Key}={pair.Value}@{pair.Value}"));
    }

    // Keys that are deleted always exist: the previous cycle put them.
    private static bool IsDelete(long revision) => revision > Keys && (revision + (revision / Keys)) % 9 == 0 && !WasDelete(revision - Keys);

    private static bool WasDelete(long revision) => revision > Keys && IsDelete(revision);

    private static ReadOnlyMemory<byte> Key(long revision) => Bytes.Of($"k{revision % Keys:d2}");

    private static ReadOnlyMemory<byte> Value(long revision) => Bytes.Of($"{revision}");
}
