using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Storage.Tests.Wal;

public sealed class GroupCommitTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly SimDisk _disk = new();
    private readonly DurableCounter _done = new();
    private readonly FatalNote _fatal = new();

    [Fact]
    public void Append_ManyWhileASyncRuns_AreOneFrameAndOneSync()
    {
        using var syncStarted = new SemaphoreSlim(0);
        using var syncMayEnd = new SemaphoreSlim(0);
        var options = Options();
        using var log = WriteAheadLog.Open(options, out _);
        var syncs = 0;
        _disk.Before = (what, _) =>
        {
            if (what == "datasync" && Interlocked.Increment(ref syncs) == 1)
            {
                syncStarted.Release();
                Assert.True(syncMayEnd.Wait(TimeSpan.FromSeconds(20)));
            }
        };

        log.Append(Logs.Append(_done, Logs.Entry(1)));
        Assert.True(syncStarted.Wait(TimeSpan.FromSeconds(20)));
        for (ulong i = 2; i <= 200; i++)
        {
            log.Append(Logs.Append(_done, Logs.Entry(i)));
        }

        Assert.Equal(0, _done.Count);
        syncMayEnd.Release();

        var order = _done.WaitFor(200).Select(append => append.Entries[0].Index);
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (ulong)i), order);
        Assert.Equal(2, syncs);
        Assert.Equal(2, log.SyncCount);
    }

    [Fact]
    public void Append_CommitIndexAlone_CompletesWithoutASyncAndRidesWithTheNextFrame()
    {
        var options = Options();
        using (var log = WriteAheadLog.Open(options, out _))
        {
            log.Append(new WalAppend { HardState = new HardState(1, 0, 0), Entries = [Logs.Entry(1)], MustSync = true, Completion = _done });
            log.Append(new WalAppend { HardState = new HardState(1, 0, 1), Completion = _done });
            _done.WaitFor(2);
            var before = log.SyncCount;
            log.Append(new WalAppend { HardState = new HardState(1, 0, 1), Completion = _done });
            _done.WaitFor(3);
            Assert.Equal(before, log.SyncCount);
            log.Append(Logs.Append(_done, Logs.Entry(2)));
            _done.WaitFor(4);
            Assert.Equal(before + 1, log.SyncCount);
        }

        using var journal = WalWriter.Open(options, out var recovery);
        Assert.Equal(new HardState(1, 0, 1), recovery.HardState);
    }

    [Fact]
    public void Append_NewVoteWithoutMustSync_IsSyncedAllTheSame()
    {
        using var log = WriteAheadLog.Open(Options(), out _);
        log.Append(new WalAppend { HardState = new HardState(2, 3, 0), Completion = _done });
        _done.WaitFor(1);
        Assert.Equal(1, log.SyncCount);
    }

    [Fact]
    public void Idle_AfterTheProofDelay_WritesOneProofFrame()
    {
        var frames = new FrameNotes();
        var options = Options() with { ConfirmDelay = TimeSpan.FromMilliseconds(5), Observer = frames };
        using var log = WriteAheadLog.Open(options, out _);
        log.Append(Logs.Append(_done, Logs.Entry(1)));

        // The first frame of a segment contains the hard state too; the proof contains no records. The log was opened unproven.
        frames.WaitFor(records => records.Contains(0) && records.Any(count => count > 0));
    }

    [Fact]
    public async Task Append_SyncFails_EndsTheNodeWith74AndCompletesNothing()
    {
        using var log = WriteAheadLog.Open(Options(), out _);
        var syncs = 0;
        _disk.Before = (what, _) =>
        {
            if (what == "datasync")
            {
                Interlocked.Increment(ref syncs);
                throw new IOException("fdatasync failed: Input/output error (errno 5)", 5);
            }
        };

        log.Append(Logs.Append(_done, Logs.Entry(1)));
        var (exitCode, reason) = await _fatal.First;
        log.Append(Logs.Append(_done, Logs.Entry(2)));

        Assert.Equal(ExitCodes.IoError, exitCode);
        Assert.Contains("errno 5", reason, StringComparison.Ordinal);
        Assert.True(log.HasFailed);
        log.Dispose();
        Assert.Equal(0, _done.Count);
        Assert.Equal(1, syncs);
    }

    [Fact]
    public async Task Append_WriteFails_EndsTheNodeWith74()
    {
        using var log = WriteAheadLog.Open(Options(), out _);
        _disk.Before = (what, _) =>
        {
            if (what == "write")
            {
                throw new UnauthorizedAccessException("read-only file system");
            }
        };

        log.Append(Logs.Append(_done, Logs.Entry(1)));
        Assert.Equal(ExitCodes.IoError, (await _fatal.First).ExitCode);
        Assert.Equal(0, _done.Count);
    }

    [Fact]
    public async Task OnDurable_Throws_EndsTheNodeWith70()
    {
        using var log = WriteAheadLog.Open(Options(), out _);
        log.Append(Logs.Append(new Thrower(), Logs.Entry(1)));
        Assert.Equal(ExitCodes.InvariantBroken, (await _fatal.First).ExitCode);
    }

    [Fact]
    public void Append_EntryOverTheLimit_IsRejectedBeforeTheLog()
    {
        using var log = WriteAheadLog.Open(Options(), out _);
        var giant = new Entry(1, 1, EntryType.Normal, new byte[16 << 20]);
        Assert.Throws<ArgumentException>(() => log.Append(Logs.Append(_done, giant)));
        Assert.False(_fatal.WasCalled);
    }

    [Fact]
    public void Append_LargerThanOneFrame_IsSplitAndComplete()
    {
        var options = Options() with { SegmentBytes = 32 << 20, FirstSegmentBytes = 32 << 20 };
        var entries = Enumerable.Range(1, 20).Select(i => Logs.Entry((ulong)i, bytes: 1 << 20)).ToArray();
        using (var log = WriteAheadLog.Open(options, out _))
        {
            log.Append(new WalAppend { HardState = new HardState(1, 1, 20), Entries = entries, MustSync = true, Completion = _done });
            _done.WaitFor(1);
            Assert.Equal(3, log.SyncCount);
        }

        using var journal = WalWriter.Open(options, out var recovery);
        Assert.Equal(20, recovery.Entries.Count);
        Assert.Equal(20UL, recovery.HardState.Commit);
    }

    [Fact]
    public void Prepare_DiskFull_IsReportedAndNotFatal()
    {
        var frames = new FrameNotes();
        var options = Options() with { Observer = frames, SegmentBytes = 16 << 10, FirstSegmentBytes = 16 << 10 };
        using (var log = WriteAheadLog.Open(options, out _))
        {
            var full = true;
            _disk.Before = (what, path) =>
            {
                if (what == "create" && Volatile.Read(ref full))
                {
                    throw new IOException("No space left on device", 28);
                }
            };
            for (ulong i = 1; i <= 3; i++)
            {
                log.Append(Logs.Append(_done, Logs.Entry(i, bytes: 3000)));
            }

            frames.WaitForPrepareFailure();
            Volatile.Write(ref full, false);
            _done.WaitFor(3);
        }

        Assert.False(_fatal.WasCalled);
    }

    /// <summary>What was written of a segment for which there was no space takes none until the next attempt.</summary>
    [Fact]
    public void Prepare_DiskFullWhileASegmentIsFilled_LeavesNoFile()
    {
        var frames = new FrameNotes();
        var options = Options() with { Observer = frames, SegmentBytes = 16 << 10, FirstSegmentBytes = 16 << 10 };
        using (var log = WriteAheadLog.Open(options, out _))
        {
            var full = true;
            _disk.Before = (what, path) =>
            {
                if (what == "write" && path.EndsWith(".tmp", StringComparison.Ordinal) && Volatile.Read(ref full))
                {
                    throw new IOException("No space left on device", 28);
                }
            };
            log.Append(Logs.Append(_done, Logs.Entry(1, bytes: 3000)));
            frames.WaitForPrepareFailure();
            Assert.DoesNotContain(_disk.List("/wal"), name => name.EndsWith(".tmp", StringComparison.Ordinal));
            Volatile.Write(ref full, false);
            log.Append(Logs.Append(_done, Logs.Entry(2, bytes: 3000)));
            log.Append(Logs.Append(_done, Logs.Entry(3, bytes: 3000)));
            _done.WaitFor(3);
        }

        Assert.False(_fatal.WasCalled);
    }

    private WalOptions Options() =>
        Logs.Options("/wal", _disk, 4 << 20) with { FirstSegmentBytes = 4 << 20, Fatal = _fatal, ConfirmDelay = Long };

    private sealed class Thrower : IWalCompletion
    {
        public void OnDurable(WalAppend append) => throw new InvalidOperationException("a mistake of the receiver");
    }
}
