using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Node.Stored;
using MetaStore.Raft.Runtime.Tests.Transport;
using MetaStore.Raft.Storage.Tests.Wal;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Runtime.Tests.Node;

public sealed class EntryLoaderTests
{
    private static readonly ConfState Conf = ConfState.Of(1, 2, 3);

    private readonly HeldWork _work = new();
    private readonly FatalNote _fatal = new();
    private readonly ReadingWal _wal = new();
    private readonly MemoryLog _log = new(
        SnapshotMetadata.Empty with { ConfState = Conf }, [.. Enumerable.Range(1, 20).Select(index => new Entry(1, (ulong)index, EntryType.Normal, new byte[1]))]);

    private readonly NodeMailbox _mailbox;
    private readonly EntryLoader _loader;

    public EntryLoaderTests()
    {
        RaftNodeOptions options = new() { NodeId = 1, ClusterId = 1, Background = _work, Fatal = _fatal };
        _mailbox = new NodeMailbox(options);
        RaftCore core = new(new RaftConfig { NodeId = 1, Jitter = _ => 0 }, _log, new HardState(1, 0, 20), Conf, applied: 0);
        _log.Trim(bytes: 0, applied: 20);
        _loader = new EntryLoader(options, core, _log, _wal, _mailbox, new NodeProgress(), new LogSink());
    }

    [Fact]
    public void NothingMissed_NothingIsRead()
    {
        _loader.Start();

        Assert.Empty(_work.Held);
    }

    [Fact]
    public void Missed_IsReadBesideTheCaller_AndThenFound()
    {
        Miss(5);
        _loader.Start();
        Miss(9);
        _loader.Start();

        Assert.Single(_work.Held);
        Assert.Equal(0, _wal.Reads);
        _work.RunNext();
        Assert.Equal(1, _wal.Reads);
        _loader.OnLoaded(Answer());

        Assert.True(_log.TryGetEntries(5, 21, long.MaxValue, out IReadOnlyList<Entry> found));
        Assert.Equal(16, found.Count);
        _loader.Start();
        Assert.Single(_work.Held);
    }

    [Fact]
    public void WithoutDescriptors_NothingIsFound_AndItCanBeAskedForAgain()
    {
        _wal.Failure = new IOException("Too many open files", 24);
        Miss(5);
        _loader.Start();
        _work.RunNext();
        Assert.False(_fatal.WasCalled);
        _loader.OnLoaded(Answer());
        _loader.Start();
        Assert.Empty(_work.Held);

        _wal.Failure = null;
        Miss(5);
        _loader.Start();
        _work.RunNext();
        _loader.OnLoaded(Answer());

        Assert.True(_log.TryGetEntries(5, 21, long.MaxValue, out IReadOnlyList<Entry> found));
        Assert.Equal(16, found.Count);
    }

    [Fact]
    public void GivenUpMeanwhile_NothingIsFound()
    {
        _wal.GivenUp = true;
        Miss(5);
        _loader.Start();
        _work.RunNext();

        Assert.Empty(Answer());
        Assert.False(_fatal.WasCalled);
    }

    [Fact]
    public async Task Damage_EndsTheProcess()
    {
        _wal.Failure = new WalCorruptException("/wal/1", 4096, "bits", 5);
        Miss(5);
        _loader.Start();
        _work.RunNext();

        Assert.Equal(ExitCodes.WalCorrupt, (await _fatal.First).ExitCode);
    }

    [Fact]
    public void FailureAfterTheStop_EndsNothing()
    {
        _wal.Failure = new IOException("Input/output error", 5);
        Miss(5);
        _loader.Start();
        _loader.Stop();
        _work.RunNext();

        Assert.False(_fatal.WasCalled);
    }

    [Fact]
    public async Task ErrorOfTheDisk_EndsTheProcess()
    {
        _wal.Failure = new IOException("Input/output error", 5);
        Miss(5);
        _loader.Start();
        _work.RunNext();

        Assert.Equal(ExitCodes.IoError, (await _fatal.First).ExitCode);
    }

    private void Miss(ulong index)
    {
        Assert.True(_log.TryGetEntries(index, 21, long.MaxValue, out IReadOnlyList<Entry> none));
        Assert.Empty(none);
    }

    private List<Entry> Answer() =>
        Assert.IsType<NodeCommand.EntriesLoaded>(Assert.Single(_mailbox.Take(new NodeInbox(), TimeSpan.Zero)!.Commands)).Entries;

    /// <summary>Runs work when the test says so.</summary>
    private sealed class HeldWork : BackgroundWork
    {
        public Queue<Action> Held { get; } = new();

        public override void Queue(IThreadPoolWorkItem item) => Held.Enqueue(item.Execute);

        public override Task Run(Action action)
        {
            Held.Enqueue(action);
            return Task.CompletedTask;
        }

        public void RunNext() => Held.Dequeue()();
    }

    /// <summary>A log of which only reads are used.</summary>
    private sealed class ReadingWal : IWriteAheadLog
    {
        public Exception? Failure { get; set; }

        public bool GivenUp { get; set; }

        public int Reads { get; private set; }

        public void Append(WalAppend append) => throw new NotSupportedException();

        public void TruncatePrefix(ulong index) => throw new NotSupportedException();

        public IReadOnlyList<Entry>? Read(ulong low, ulong high, long maxBytes)
        {
            Reads++;
            if (Failure is not null)
            {
                throw Failure;
            }

            return GivenUp ? null : [.. Enumerable.Range((int)low, (int)(high - low)).Select(index => new Entry(1, (ulong)index, EntryType.Normal, new byte[1]))];
        }
    }
}
