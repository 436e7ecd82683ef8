using System.Globalization;
using System.Text;
using MetaStore.Engines.Memory;
using MetaStore.Engines.PageFiles;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.LogCompaction;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.LogCompaction;

/// <summary>A member whose old revisions are in page files: what its snapshots name, what followers are sent, what is deleted, and a disk that refuses.</summary>
public sealed class PagedSnapshotsTests : IFatalHandler, IDisposable
{
    private const int Entries = 50;
    private const int NoSpace = 28;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly PageFileSettings Settings = new() { PageBytes = 1024, FileBytesMin = 1, HeapBytesMax = 2000 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("metastore-paged-");
    private readonly RefusingDisk _disk = new();
    private readonly SteppedNode _node = new(new FakeTimeProvider(), 1, 2, 3);
    private readonly LogSink _log = new();
    private readonly SnapshotStore _store;
    private readonly ReplicatedStateMachine _machine;
    private SnapshotLogCompactor _compactor;
    private (int Code, string Reason)? _fatal;

    public PagedSnapshotsTests()
    {
        _store = SnapshotStore.Open(_folder.FullName, 0xC1);
        _machine = NewMachine();
        _compactor = NewCompactor(Entries);
    }

    private string[] Pages => [.. _folder.GetFiles("*.pages").Select(file => file.Name).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        _node.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Start_WithPages_LeavesNoneOfThemInMemory()
    {
        await PutAsync(2 * Entries);
        ReplicatedStateMachine started = NewMachine();
        SnapshotInstallation.Run(started, _store.Open(2 * Entries)!);
        Assert.Equal(0, ResidentPageFiles());
        _ = HashOf(started);
        Assert.NotEqual(0, ResidentPageFiles());
    }

    [Fact]
    public async Task Snapshot_NamesPages_AndAStartFindsTheState()
    {
        await PutAsync(2 * Entries);
        SnapshotFile file = _store.Open(2 * Entries)!;
        Assert.Equal(SnapshotBody.Pages, file.Body);
        ReplicatedStateMachine started = NewMachine();
        SnapshotInstallation.Run(started, file);
        Assert.Equal((_machine.AppliedIndex, HashOf(_machine)), (started.AppliedIndex, HashOf(started)));
        _node.Run();
        Assert.Equal([(ulong)Entries, 2 * Entries], _node.Markers.Select(marker => marker.Index));
    }

    [Fact]
    public async Task SmallState_IsAPortableSnapshot_AsBefore()
    {
        ReplicatedStateMachine machine = NewMachine(Settings with { FileBytesMin = 1 << 20, HeapBytesMax = 1 << 20 });
        await PutAsync(Entries, machine);
        Assert.Equal(SnapshotBody.Portable, _store.Open(Entries)!.Body);
        Assert.Empty(Pages);
    }

    [Fact]
    public async Task StateOfAPortableSnapshot_MovesToFilesWithTheFirstEntry()
    {
        ReplicatedStateMachine before = NewMachine(Settings with { FileBytesMin = 1 << 20, HeapBytesMax = 1 << 20 });
        await PutAsync(Entries, before);
        SnapshotInstallation.Run(_machine, _store.Open(Entries)!);
        Assert.Empty(Pages);
        _compactor = NewCompactor(1000);
        await PutAsync(1);
        Assert.NotEmpty(Pages);
        Assert.Null(_store.Open(Entries + 1));
    }

    [Fact]
    public async Task FullPages_MoveToFilesBetweenSnapshots_AndAreNotWrittenAgain()
    {
        _compactor = NewCompactor(200);
        await PutAsync(150);
        string[] between = Pages;
        Assert.NotEmpty(between);
        Assert.Empty(_store.List());
        DateTime written = File.GetLastWriteTimeUtc(Path.Combine(_folder.FullName, between[0]));
        await PutAsync(50);
        Assert.Single(_store.List());
        Assert.Equal(between, Pages[..between.Length]);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(_folder.FullName, between[0])));
    }

    [Fact]
    public async Task Follower_IsSentAPortableSnapshot()
    {
        await PutAsync(Entries + 3);
        SnapshotMetadata made = (await _compactor.MakeAsync(_machine, taken: "").WaitAsync(Limit))!;
        Assert.Equal((Entries + 3ul, 1ul), (made.Index, made.Term));
        SnapshotFile file = _store.Open(made.Index)!;
        Assert.Equal(SnapshotBody.Portable, file.Body);
        using var engine = new MemoryEngine();
        var follower = new ReplicatedStateMachine(engine);
        SnapshotInstallation.Run(follower, file);
        Assert.Equal(HashOf(_machine), HashOf(follower));
    }

    [Fact]
    public async Task PortableSnapshotInTheNameOfAPagedOne_DoesNotLoseItsPages()
    {
        await PutAsync(Entries);
        Assert.Equal((ulong)Entries, (await _compactor.MakeAsync(_machine, taken: "").WaitAsync(Limit))!.Index);
        PageFileDeletion.Run(_machine.Engine, _store, new ServerLog(_log));
        await PutAsync(Entries);
        ReplicatedStateMachine started = NewMachine();
        SnapshotInstallation.Run(started, _store.Open(2 * Entries)!);
        Assert.Equal(HashOf(_machine), HashOf(started));
    }

    [Fact]
    public async Task FilesThatAnOlderSnapshotNames_AreKept_UntilItIsDeleted()
    {
        await PutAsync(4 * Entries);
        Compact(_machine, 3 * Entries);
        await PutAsync(Entries);
        ReplicatedStateMachine older = NewMachine();
        SnapshotInstallation.Run(older, _store.Open(4 * Entries)!);
        int before = Pages.Length;
        _store.DeleteUpTo(4 * Entries);
        PageFileDeletion.Run(_machine.Engine, _store, new ServerLog(_log));
        Assert.InRange(Pages.Length, 1, before - 1);
        ReplicatedStateMachine started = NewMachine();
        SnapshotInstallation.Run(started, _store.Open((5 * Entries) + 1)!);
        Assert.Equal(HashOf(_machine), HashOf(started));
    }

    [Fact]
    public async Task SnapshotThatCannotBeRead_KeepsAllPageFiles()
    {
        await PutAsync(4 * Entries);
        Compact(_machine, 3 * Entries);
        foreach (FileInfo file in _folder.GetFiles("*.snap"))
        {
            File.WriteAllBytes(file.FullName, new byte[200]);
        }

        string[] before = Pages;
        PageFileDeletion.Run(_machine.Engine, _store, new ServerLog(_log));
        Assert.Equal(before, Pages);
        Assert.Contains(_log.Lines, line => line.Contains("could not be deleted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FullDiskBetweenSnapshots_LeavesThePagesInMemory()
    {
        _disk.Refusal = new IOException("No space left on device", NoSpace);
        _compactor = NewCompactor(1000);
        await PutAsync(150);
        Assert.Null(_fatal);
        Assert.Empty(Pages);
        Assert.Contains("stay in memory", _log.Lines.First(), StringComparison.Ordinal);
        _disk.Refusal = null;
        await PutAsync(100);
        Assert.NotEmpty(Pages);
        Assert.Equal(250, _machine.Reader.Revision - 1);
    }

    [Fact]
    public async Task FullDiskAtASnapshot_PutsItOff()
    {
        _disk.Refusal = new IOException("No space left on device", NoSpace);
        _compactor = NewCompactor(3);
        await PutAsync(Entries);
        Assert.Null(_fatal);
        Assert.DoesNotContain(_store.List(), index => _store.Open(index)!.Body == SnapshotBody.Pages);
        Assert.Contains(_log.Lines, line => line.Contains("No space left on device", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OtherErrorOfTheDisk_EndsTheProcess()
    {
        _disk.Refusal = new IOException("Input/output error", 5);
        _compactor = NewCompactor(1000);
        await PutAsync(60);
        Assert.Equal((ExitCodes.IoError, "page files: Input/output error"), _fatal);
    }

    void IFatalHandler.OnFatal(int exitCode, string reason) => _fatal ??= (exitCode, reason);

    private static (uint Hash, long Revision) HashOf(ReplicatedStateMachine machine)
    {
        using var read = machine.Reader.OpenRead();
        return (read.HashKv(0).Hash, read.Revision);
    }

    private static void Compact(ReplicatedStateMachine machine, long revision)
    {
        Apply(machine, CommandFormat.Encode(new CompactCommand { Revision = revision }));
        machine.Publish();
        while (machine.CompactStep())
        {
            machine.Publish();
        }

        machine.Publish();
    }

    private static Entry Apply(ReplicatedStateMachine machine, byte[] command)
    {
        var entry = new Entry(1, machine.AppliedIndex + 1, EntryType.Normal, command);
        Assert.True(machine.BeginEntry(entry.Index, entry.Term));
        machine.Apply(entry.Data);
        machine.EndEntry();
        return entry;
    }

    private ReplicatedStateMachine NewMachine(PageFileSettings? settings = null) =>
        new(new MemoryEngine(new PageFolder(_disk, _folder.FullName, settings ?? Settings)));

    private SnapshotLogCompactor NewCompactor(int entries) =>
        new(_store, entries, BackgroundWork.ThreadPool, this, new ServerLog(_log)) { ConfState = ConfState.Of(1) };

    private Task PutAsync(int count) => PutAsync(count, _machine);

    private async Task PutAsync(int count, ReplicatedStateMachine machine)
    {
        for (int i = 0; i < count; i++)
        {
            ulong index = machine.AppliedIndex + 1;
            var put = new PutCommand { Key = Encoding.ASCII.GetBytes($"key/{index % 7}"), Value = new byte[60 + (index % 9)] };
            Entry entry = Apply(machine, CommandFormat.Encode(put));
            machine.Publish();
            _compactor.Count(entry);
            _compactor.CutIfDue(machine, _node.Node);
            await _compactor.Working.WaitAsync(Limit);
        }
    }

    /// <summary>KiB of page files that this process has mapped and resident, by /proc/self/smaps: a line with the path, later one with "Rss: 4 kB".</summary>
    private int ResidentPageFiles()
    {
        int resident = 0;
        bool isPages = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (!words[0].EndsWith(':'))
            {
                isPages = words[^1].StartsWith(_folder.FullName, StringComparison.Ordinal) && words[^1].EndsWith(".pages", StringComparison.Ordinal);
            }
            else if (isPages && words[0] == "Rss:")
            {
                resident += int.Parse(words[1], CultureInfo.InvariantCulture);
            }
        }

        return resident;
    }

    /// <summary>The real disk, on which no page file can be made while <see cref="Refusal"/> is set.</summary>
    private sealed class RefusingDisk : IDisk
    {
        private readonly PhysicalDisk _disk = PhysicalDisk.Instance;

        public Exception? Refusal { get; set; }

        public bool FileExists(string path) => _disk.FileExists(path);

        public bool DirectoryExists(string path) => _disk.DirectoryExists(path);

        public IReadOnlyList<string> List(string directory) => _disk.List(directory);

        public void CreateDirectory(string path) => _disk.CreateDirectory(path);

        public IDiskFile Open(string path, DiskOpenMode mode) => mode == DiskOpenMode.Create && Refusal is { } refusal ? throw refusal : _disk.Open(path, mode);

        public ReadOnlyMemory<byte> Map(string path) => _disk.Map(path);

        public void Release(ReadOnlyMemory<byte> mapped) => _disk.Release(mapped);

        public void Rename(string from, string to) => _disk.Rename(from, to);

        public void Delete(string path) => _disk.Delete(path);

        public void SyncDirectory(string path) => _disk.SyncDirectory(path);

        public IDisposable Lock(string path) => _disk.Lock(path);
    }
}
