using System.Buffers.Binary;
using System.Text;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Tests.Wal;

namespace MetaStore.Raft.Runtime.Tests.Snapshots;

/// <summary>The two kinds of snapshot body: which is sent, which is accepted, and unknown kinds.</summary>
public sealed class SnapshotBodyTests
{
    private const ulong Cluster = 0xC1;
    private const string Path = "/snap/0000000000000002-000000000000000a.snap";
    private const int VersionOffset = 8;
    private const int BodyOffset = 48;
    private static readonly SnapshotMetadata Point = new(10, 2, ConfState.Of(1, 2, 3));

    private readonly SimDisk _disk = new();

    [Theory]
    [InlineData(SnapshotBody.Portable, 1u)]
    [InlineData(SnapshotBody.EngineFiles, 2u)]
    [InlineData(SnapshotBody.Pages, 3u)]
    public void Write_EachKind_HasTheVersionThatOlderMembersUnderstandOrRefuse(SnapshotBody kind, uint version)
    {
        SnapshotStore store = Store("some state", kind);
        Assert.Equal(kind, store.Open(10)!.Body);
        Assert.Equal(kind, store.OpenNewest()!.Body);
        Assert.Equal(version, BinaryPrimitives.ReadUInt32LittleEndian(Bytes().AsSpan(VersionOffset)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    [InlineData(2, 2)]
    [InlineData(2, -1)]
    [InlineData(3, 1)]
    [InlineData(3, 3)]
    public void Open_KindThatItsVersionDoesNotHave_IsRefused(int version, int kind)
    {
        SnapshotStore store = Store("some state", SnapshotBody.EngineFiles);
        Rewrite(version, kind);
        SnapshotCorruptException refused = Assert.Throws<SnapshotCorruptException>(() => store.Open(10));
        Assert.Contains($"has no body of kind {kind}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_VersionOfTheFuture_IsRefusedAsNewer()
    {
        SnapshotStore store = Store("some state", SnapshotBody.EngineFiles);
        Rewrite(4, 1);
        Assert.Equal(ExitCodes.NewerFormat, Assert.Throws<StorageException>(() => store.Open(10)).ExitCode);
    }

    [Theory]
    [InlineData(SnapshotBody.Portable, "", true)]
    [InlineData(SnapshotBody.Portable, "rocks", true)]
    [InlineData(SnapshotBody.EngineFiles, "rocks", true)]
    [InlineData(SnapshotBody.EngineFiles, "", false)]
    [InlineData(SnapshotBody.EngineFiles, "other", false)]
    [InlineData(SnapshotBody.Pages, "rocks", false)]
    [InlineData(SnapshotBody.Pages, "", false)]
    public void OpenForSending_GoesOnlyToWhoReadsIt(SnapshotBody kind, string taken, bool isSent)
    {
        SnapshotSource snapshots = new(Store("rocks: files", kind), new FatalNote(), new FakeSnapshotFiles("rocks"));
        using Stream? container = snapshots.Open(Point, taken)?.Container;
        Assert.Equal(isSent, container is not null);
    }

    [Theory]
    [InlineData("rocks: files", null)]
    [InlineData("something else", "these are no files of rocks")]
    public void Receive_EngineFiles_AreAskedOfTheEngineBeforeTheyCount(string state, string? why)
    {
        SnapshotSource receiver = Receiver(new FakeSnapshotFiles("rocks"), out SnapshotStore store);
        (_, SnapshotBody body, string? refusal) = Receive(receiver, state);
        if (why is null)
        {
            Assert.Null(refusal);
            Assert.Equal(SnapshotBody.EngineFiles, body);
            Assert.True(store.Has(Point));
        }
        else
        {
            Assert.Contains(why, refusal, StringComparison.Ordinal);
            Assert.Empty(store.List());
        }
    }

    [Fact]
    public void Receive_EngineFilesWithoutAnEngineThatHasAny_IsRefused()
    {
        SnapshotSource receiver = Receiver(files: null, out SnapshotStore store);
        Assert.Contains("this member takes none", Receive(receiver, "rocks: files").Refusal, StringComparison.Ordinal);
        Assert.Empty(store.List());
    }

    /// <summary>No member sends one; a hostile one gets no files of this member named.</summary>
    [Fact]
    public void Receive_NamesOfPageFiles_AreRefused()
    {
        Store("rocks: files", SnapshotBody.Pages);
        byte[] bytes = Bytes();
        SnapshotSource receiver = Receiver(new FakeSnapshotFiles("rocks"), out SnapshotStore store);
        Assert.Contains("files that only its sender has", receiver.Receive(Point, new MemoryStream(bytes), bytes.Length).Refusal, StringComparison.Ordinal);
        Assert.Empty(store.List());
    }

    [Fact]
    public void Receive_VersionOfTheFuture_IsRefusedAndTheNodeGoesOn()
    {
        Store("rocks: files", SnapshotBody.EngineFiles);
        Rewrite(4, 1);
        SnapshotSource receiver = Receiver(new FakeSnapshotFiles("rocks"), out SnapshotStore store);
        byte[] bytes = Bytes();
        Assert.Contains("format 4", receiver.Receive(Point, new MemoryStream(bytes), bytes.Length).Refusal, StringComparison.Ordinal);
        Assert.Empty(store.List());
    }

    private static SnapshotSource Receiver(ISnapshotFiles? files, out SnapshotStore store)
    {
        store = SnapshotStore.Open("/snap", Cluster, new SimDisk());
        return new SnapshotSource(store, new FatalNote(), files);
    }

    private ReceivedSnapshot Receive(SnapshotSource receiver, string state)
    {
        Store(state, SnapshotBody.EngineFiles);
        byte[] bytes = Bytes();
        return receiver.Receive(Point, new MemoryStream(bytes), bytes.Length);
    }

    private SnapshotStore Store(string state, SnapshotBody kind)
    {
        SnapshotStore store = SnapshotStore.Open("/snap", Cluster, _disk);
        store.Write(Point, stream => stream.Write(Encoding.ASCII.GetBytes(state)), kind: kind);
        return store;
    }

    private byte[] Bytes()
    {
        using IDiskFile file = _disk.Open(Path, DiskOpenMode.Read);
        byte[] bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    /// <summary>Changes version and kind in the header, with a matching header checksum.</summary>
    private void Rewrite(int version, int kind)
    {
        byte[] bytes = Bytes();
        int header = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(VersionOffset), version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(BodyOffset), kind);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(header - 4), Crc32C.Compute(bytes.AsSpan(0, header - 4)));
        _disk.Replace(Path, bytes);
    }
}
