using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Tests.Disks;

namespace MetaStore.Raft.Storage.Tests.Snapshots;

public sealed class SnapshotStoreTests
{
    private const ulong Cluster = 0xC1;
    private readonly SimDisk _disk = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256 << 10)]
    [InlineData((1 << 20) + 12345)]
    public void Write_ThenOpenNewest_GivesTheSameState(int bytes)
    {
        var state = State(bytes);
        var store = Store();
        var written = store.Write(Point(10), stream => stream.Write(state), revision: 77);
        var found = store.OpenNewest();

        Assert.NotNull(found);
        Assert.Equal("/snap/0000000000000002-000000000000000a.snap", found.Path);
        Assert.Equal(10UL, found.Metadata.Index);
        Assert.Equal([1UL, 2, 3], found.Metadata.ConfState.Voters);
        Assert.Equal([4UL], found.Metadata.ConfState.Learners);
        Assert.Equal(77, found.Revision);
        Assert.Equal(bytes, found.BodyBytes);
        Assert.Equal(written.Sha256.ToArray(), found.Sha256.ToArray());
        Assert.Equal(written.FileBytes, found.FileBytes);
        using var body = found.OpenBody();
        using var copy = new MemoryStream();
        body.CopyTo(copy);
        Assert.Equal(state, copy.ToArray());
    }

    [Fact]
    public void Write_BodyFails_LeavesNothing()
    {
        var store = Store();
        Assert.Throws<InvalidOperationException>(() => store.Write(Point(10), _ => throw new InvalidOperationException("no state")));
        Assert.Empty(_disk.List("/snap"));
        Assert.Null(store.OpenNewest());
    }

    [Fact]
    public void Write_PowerCutAtEveryStep_LeavesTheOldOrTheNewSnapshot()
    {
        for (var steps = 0; ; steps++)
        {
            var disk = new SimDisk();
            var store = SnapshotStore.Open("/snap", Cluster, disk);
            store.Write(Point(10), stream => stream.Write(State(1000)));
            var left = steps;
            disk.Before = (_, _) =>
            {
                if (left-- == 0)
                {
                    throw new IOException("power cut");
                }
            };
            var completed = false;
            try
            {
                store.Write(Point(20), stream => stream.Write(State(300_000)));
                completed = true;
            }
            catch (IOException)
            {
                disk.Before = null;
            }

            for (var seed = 0; seed < 20; seed++)
            {
                var after = disk.PowerCut(new Random(seed));
                var found = SnapshotStore.Open("/snap", Cluster, after).OpenNewest();
                Assert.NotNull(found);
                Assert.True(found.Metadata.Index == 20 || !completed, $"step {steps}, seed {seed}: the durable snapshot is gone");
            }

            if (completed)
            {
                Assert.True(steps > 4);
                return;
            }
        }
    }

    [Fact]
    public void OpenNewest_AnyBitChanged_Exits66()
    {
        var store = Store();
        var path = store.Write(Point(10), stream => stream.Write(State(300))).Path;
        var good = _disk.Content(path);
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            _disk.Replace(path, bad);
            var error = Assert.ThrowsAny<StorageException>(() => store.OpenNewest());
            Assert.Equal(ExitCodes.StateCorrupt, error.ExitCode);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void OpenNewest_AnyLength_Exits66()
    {
        var store = Store();
        var path = store.Write(Point(10), stream => stream.Write(State(700))).Path;
        var good = _disk.Content(path);
        for (var length = 0; length < good.Length; length++)
        {
            _disk.Replace(path, good[..length]);
            Assert.Throws<SnapshotCorruptException>(() => store.OpenNewest());
        }

        _disk.Replace(path, [.. good, 0]);
        Assert.Throws<SnapshotCorruptException>(() => store.OpenNewest());
    }

    [Fact]
    public void OpenNewest_NewestDamaged_FallsBackOnlyWhereTheLogReachesBack()
    {
        var store = Store();
        store.Write(Point(10), stream => stream.Write(State(100)));
        var newest = store.Write(Point(20), stream => stream.Write(State(100))).Path;
        var bad = _disk.Content(newest);
        bad[^60] ^= 1;
        _disk.Replace(newest, bad);

        Assert.Throws<SnapshotCorruptException>(() => store.OpenNewest());
        Assert.Throws<SnapshotCorruptException>(() => store.OpenNewest(walFirstIndex: 12));
        Assert.Equal(10UL, store.OpenNewest(walFirstIndex: 11)!.Metadata.Index);
    }

    [Fact]
    public void OpenNewest_NotBeyond_PassesOverNewerOnes()
    {
        var store = Store();
        store.Write(Point(10), stream => stream.Write(State(100)));
        store.Write(Point(20), stream => stream.Write(State(100)));
        Assert.Equal(10UL, store.OpenNewest(notBeyond: 19)!.Metadata.Index);
        Assert.Null(store.OpenNewest(notBeyond: 9));
    }

    [Fact]
    public void OpenNewest_AnotherClusters_Exits67()
    {
        Store().Write(Point(10), stream => stream.Write(State(100)));
        var error = Assert.Throws<StorageException>(() => SnapshotStore.Open("/snap", 0xC2, _disk).OpenNewest());
        Assert.Equal(ExitCodes.ForeignDirectory, error.ExitCode);
    }

    [Fact]
    public void Receive_InPieces_BecomesAnEqualSnapshot()
    {
        var sender = Store().Write(Point(10), stream => stream.Write(State(400_000)), revision: 5);
        var store = SnapshotStore.Open("/other", Cluster, _disk);
        using var receiver = store.ReceiveStream(Point(10));
        using (var container = sender.OpenContainer())
        {
            var piece = new byte[10_007];
            int read;
            while ((read = container.Read(receiver.ReceivedBytes, piece)) > 0)
            {
                receiver.Write(piece.AsSpan(0, read));
            }
        }

        var received = receiver.Complete();
        Assert.Equal(sender.Sha256.ToArray(), received.Sha256.ToArray());
        Assert.Equal(5, received.Revision);
        Assert.Equal(received.Path, store.OpenNewest()!.Path);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("flipped")]
    [InlineData("announced otherwise")]
    [InlineData("too long")]
    public void Receive_NotWhatWasAnnounced_IsRefusedAndRemoved(string harm)
    {
        var sender = Store().Write(Point(10), stream => stream.Write(State(5000)));
        var content = _disk.Content(sender.Path);
        var store = SnapshotStore.Open("/other", Cluster, _disk);
        var announced = harm == "announced otherwise" ? Point(11) : Point(10);
        using (var receiver = store.ReceiveStream(announced, bytesMax: harm == "too long" ? 100 : 1 << 20))
        {
            var sent = harm switch
            {
                "cut" => content[..^1],
                "flipped" => [.. content[..300], (byte)(content[300] ^ 4), .. content[301..]],
                _ => content,
            };
            Assert.Throws<SnapshotCorruptException>(() =>
            {
                receiver.Write(sent);
                receiver.Complete();
            });
        }

        Assert.Empty(_disk.List("/other"));
    }

    [Fact]
    public void Receive_Aborted_LeavesNothing()
    {
        var store = Store();
        using (var receiver = store.ReceiveStream(Point(10)))
        {
            receiver.Write([1, 2, 3]);
        }

        Assert.Empty(_disk.List("/snap"));
    }

    [Fact]
    public void DeleteOlder_KeepsTheNewest_AndAllFromAnIndexOn()
    {
        var store = Store();
        foreach (var index in (ulong[])[10, 20, 30, 40, 50])
        {
            store.Write(Point(index), stream => stream.Write(State(10)));
        }

        Assert.Equal(1, store.DeleteOlder(before: 30, keep: 1));
        Assert.Equal([20UL, 30, 40, 50], store.List());
        Assert.Equal(2, store.DeleteOlder(before: 40, keep: 0));
        Assert.Equal([40UL, 50], store.List());
        Assert.Equal(0, store.DeleteOlder(before: 60, keep: 2));
    }

    [Fact]
    public void Open_TemporaryFilesOfAnInterruptedWrite_AreRemoved()
    {
        var store = Store();
        _disk.Open("/snap/0000000000000002-000000000000000a.snap.1.tmp", DiskOpenMode.Create).Dispose();
        Assert.Null(SnapshotStore.Open("/snap", Cluster, _disk).OpenNewest());
        Assert.Empty(store.List());
        Assert.Empty(_disk.List("/snap"));
    }

    private static SnapshotMetadata Point(ulong index) => new(index, 2, new ConfState([1, 2, 3], [4], [], [], false));

    [Fact]
    public void Receiving_LeavesRoomForTheLog()
    {
        var store = Store();
        using (var receiver = store.ReceiveStream(Point(10)))
        {
            _disk.Free = SnapshotReceiver.RoomForTheLog;
            receiver.Write(new byte[17 << 20]);
            _disk.Free--;
            var full = Assert.Throws<StorageException>(() => receiver.Write([1]));
            Assert.Equal(ExitCodes.DiskFull, full.ExitCode);
        }

        Assert.Empty(_disk.List("/snap"));
    }

    private static byte[] State(int bytes)
    {
        var state = new byte[bytes];
        new Random(bytes).NextBytes(state);
        return state;
    }

    private SnapshotStore Store() => SnapshotStore.Open("/snap", Cluster, _disk);
}
