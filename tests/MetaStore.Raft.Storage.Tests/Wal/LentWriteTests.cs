using System.Collections.Concurrent;
using MetaStore.IO;
using MetaStore.IO.Turns;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Storage.Tests.Wal;

/// <summary>Appends that the thread that brings them writes itself, because the writer sleeps.</summary>
public sealed class LentWriteTests : IDisposable
{
    private const int ManyTries = 1000;
    private const string CarrierName = "carrier";

    private readonly SimDisk _disk = new();
    private readonly FatalNote _fatal = new();
    private readonly WriterNote _done = new();
    private readonly WalOptions _options;
    private readonly WriteAheadLog _log;
    private ulong _last;
    private int _appends = 1;

    public LentWriteTests()
    {
        _options = Options();
        _log = WriteAheadLog.Open(_options, out _);
        _log.Append(Next());
        _done.WaitFor(1);
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Append_WhileTheWriterSleeps_IsDurableBeforeEndReturns()
    {
        WriteHere();
        long frames = _log.SyncCount;
        WriteHere();
        Assert.True(_log.SyncCount > frames);
        _log.Dispose();

        using var reopened = WriteAheadLog.Open(Options(), out var recovery);
        Assert.Equal(_last, recovery.LastIndex);
        Assert.False(recovery.TailRepaired, recovery.RepairNote);
    }

    [Fact]
    public void ConfirmTail_AfterALentWrite_IsDoneByTheWriter()
    {
        WriteHere();
        Assert.True(SpinWait.SpinUntil(() => _log.SyncCount > _done.Count, TimeSpan.FromSeconds(20)), "the last frame was not confirmed");
    }

    [Fact]
    public void AThreadThatMustNotWait_LeavesTheWriteToTheWriter()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.False(Carry(Next(), mayWaitForDisk: false));
        }
    }

    [Fact]
    public void ALargeAppend_IsLeftToTheWriter()
    {
        WriteHere();
        Assert.False(Carry(Next(bytes: 65 * 1024)));
    }

    /// <summary>A segment that has no room for the frame has to be followed by another one, which a full disk does not give.</summary>
    [Fact]
    public void AFrameThatNeedsAnotherSegment_IsLeftToTheWriter()
    {
        ConcurrentQueue<string?> makers = MakersOfSegments();
        while (makers.IsEmpty)
        {
            Carry(Next(bytes: 2000));
        }

        Assert.DoesNotContain(CarrierName, makers);
    }

    /// <summary>Most of a frame of many small entries is what the log adds to each.</summary>
    [Fact]
    public void AFrameOfManySmallEntries_ThatNeedsAnotherSegment_IsLeftToTheWriter()
    {
        ConcurrentQueue<string?> makers = MakersOfSegments();
        while (makers.Count < 10)
        {
            Carry(Logs.Append(_done, [.. Enumerable.Range(0, 800).Select(_ => Logs.Entry(++_last, bytes: 1))]));
        }

        Assert.DoesNotContain(CarrierName, makers);
    }

    [Fact]
    public void ADiskThatWasSlow_IsLeftToTheWriter()
    {
        WriteHere();
        using ManualResetEventSlim slow = new();
        _disk.Before = (operation, _) =>
        {
            if (operation == "datasync")
            {
                slow.Wait(TimeSpan.FromMilliseconds(5));
            }
        };
        Carry(Next());
        for (int i = 0; i < 5; i++)
        {
            Assert.False(Carry(Next()));
        }

        // Fast again after one write by the writer.
        _disk.Before = null;
        WriteHere();
    }

    [Fact]
    public async Task ASyncThatFails_EndsTheLogAsOnTheWriter()
    {
        WriteHere();
        _disk.Before = (operation, _) =>
        {
            if (operation == "datasync")
            {
                throw new IOException("planned");
            }
        };
        for (int i = 0; i < ManyTries && !_fatal.WasCalled; i++)
        {
            Carry(Next());
        }

        Assert.Equal(ExitCodes.IoError, (await _fatal.First).ExitCode);
        Assert.True(_log.HasFailed);
        int durable = _done.Count;
        _disk.Before = null;
        Assert.False(Carry(Next()));
        _log.Dispose();
        Assert.Equal(durable, _done.Count);
    }

    /// <summary>It waits for the writer, and would not come to the turns that it has noted.</summary>
    [Fact]
    public void Dispose_OnAThreadThatCarriesOn_Ends()
    {
        WriteHere();
        Thread carrier = new(() =>
        {
            RunToCompletion.Begin(mayWaitForDisk: true);
            _log.Dispose();
            RunToCompletion.End();
        })
        { IsBackground = true };
        carrier.Start();
        Assert.True(carrier.Join(TimeSpan.FromSeconds(20)), "the log was not closed");
    }

    private WalOptions Options() => Logs.Options("/wal", _disk) with { Fatal = _fatal, ConfirmDelay = TimeSpan.FromMilliseconds(5) };

    private WalAppend Next(int bytes = 20) => Logs.Append(_done, Logs.Entry(++_last, bytes: bytes));

    /// <summary>Appends until one is written on this thread: the writer may be awake, for it confirms the tail now and then.</summary>
    private void WriteHere()
    {
        for (int i = 0; i < ManyTries; i++)
        {
            if (Carry(Next()))
            {
                return;
            }
        }

        Assert.Fail("no append was written on this thread");
    }

    /// <summary>Names of the threads that make a segment from here on. The confirmation of a frame may need one too, which the writer makes when it comes to that.</summary>
    private ConcurrentQueue<string?> MakersOfSegments()
    {
        ConcurrentQueue<string?> makers = [];
        _disk.Before = (operation, path) =>
        {
            if (operation == "rename" && path.EndsWith(".wal", StringComparison.Ordinal))
            {
                makers.Enqueue(Thread.CurrentThread.Name);
            }
        };
        return makers;
    }

    /// <summary>Appends on a thread of its own, which the pool's queue does not concern, and waits until the append is durable.</summary>
    /// <returns>True when that thread wrote it.</returns>
    private bool Carry(WalAppend append, bool mayWaitForDisk = true)
    {
        Thread carrier = new(() =>
        {
            RunToCompletion.Begin(mayWaitForDisk);
            try
            {
                _log.Append(append);
            }
            finally
            {
                RunToCompletion.End();
            }
        });
        carrier.Name = CarrierName;
        carrier.Start();
        carrier.Join();
        _appends++;
        return !_log.HasFailed && _done.WaitFor(_appends) == carrier;
    }

    /// <summary>Notes which thread made each append durable.</summary>
    private sealed class WriterNote : IWalCompletion
    {
        private readonly DurableCounter _order = new();
        private volatile Thread? _last;

        public int Count => _order.Count;

        public void OnDurable(WalAppend append)
        {
            _last = Thread.CurrentThread;
            _order.OnDurable(append);
        }

        public Thread WaitFor(int count)
        {
            _order.WaitFor(count);
            return _last!;
        }
    }
}
