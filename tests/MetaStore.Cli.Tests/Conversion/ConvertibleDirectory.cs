using System.Text;
using MetaStore.Cli.Conversion;
using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.Engines.PageFiles;
using MetaStore.Engines.RocksDb;
using MetaStore.IO;
using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Storage;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Users;

namespace MetaStore.Cli.Tests.Conversion;

/// <summary>A data directory of the memory engine as written by a node: a log, a snapshot in the middle of it, and entries after it.</summary>
internal sealed class ConvertibleDirectory : IDisposable
{
    private const ulong Member = 0xA1;
    private const ulong Learner = 0xA2;
    private const int PutsBeforeSnapshot = 300;
    private const int PutsBehind = 40;

    private static readonly PageFileSettings SmallPages = new() { PageBytes = 4096, FileBytesMin = 1 };

    /// <param name="withSnapshot">Whether there is one in the middle of the log.</param>
    /// <param name="withPages">Whether it names page files.</param>
    public ConvertibleDirectory(bool withSnapshot = true, bool withPages = false)
    {
        Path = Directory.CreateTempSubdirectory("metastore-convert-").FullName;
        using var directory = DataDirectory.Open(Path, 0xC1, Member);
        using var wal = WriteAheadLog.Open(directory.WalOptions, out var recovery);
        var begun = NodeBootstrap.NewCluster(wal, recovery, [new InitialMember(Member, Array.Empty<byte>())]);
        using var engine = new MemoryEngine(new PageFolder(PhysicalDisk.Instance, directory.SnapshotPath, SmallPages));
        var machine = new ReplicatedStateMachine(engine);
        machine.BeginEntry(begun.LastIndex, NodeBootstrap.FirstTerm);
        machine.EndEntry();
        AppendLearner(wal, machine);
        AppendUsers(wal, machine);
        Append(wal, machine, PutsBeforeSnapshot);
        machine.Publish();
        if (withSnapshot)
        {
            var membership = new ConfState([Member], [Learner], [], [], false);
            var point = new SnapshotMetadata(machine.AppliedIndex, machine.AppliedTerm, membership);
            using var view = engine.OpenView();
            Write(SnapshotStore.Open(directory), point, engine, view, withPages);
            OfflineMarker.Write(wal, point);
            State = StateSummary.Of(engine, CancellationToken.None);
        }
        else
        {
            using var empty = new MemoryEngine();
            State = StateSummary.Of(empty, CancellationToken.None);
        }

        Append(wal, machine, PutsBehind);
    }

    public string Path { get; }

    /// <summary>The state outside the log, without the entries after it.</summary>
    public StateSummary State { get; }

    public EngineKind Engine => DataDirectory.TryReadIdentity(Path, out var identity) ? identity.Engine : throw new InvalidOperationException(Path);

    /// <summary>Opens the directory as a node of its engine would, and reads all of its state.</summary>
    /// <returns>The state, the membership at the start of the log, and the log's last index.</returns>
    public (StateSummary State, ConfState Membership, ulong LastIndex) Open() => Open(out _);

    /// <param name="users">Users and roles of the state.</param>
    public (StateSummary State, ConfState Membership, ulong LastIndex) Open(out AuthState users)
    {
        using var directory = DataDirectory.Open(Path, 0xC1, Member);
        using var wal = WriteAheadLog.Open(directory.WalOptions, out var recovery);
        using IStorageEngine engine = directory.Identity.Engine == EngineKind.RocksDb
            ? RocksDbEngine.Open(directory.EnginePath, new RocksDbSettings())
            : new MemoryEngine(new PageFolder(PhysicalDisk.Instance, directory.SnapshotPath, SmallPages));
        var marker = recovery.Marker ?? SnapshotMetadata.Empty;
        if (marker.Index > StateSummary.AppliedIndexOf(engine))
        {
            var snapshot = SnapshotStore.Open(directory).OpenNewest(notBeyond: marker.Index)!;
            using var body = snapshot.OpenBody();
            if (snapshot.Body == SnapshotBody.Pages)
            {
                ((IPageFilesEngine)engine).LoadPaged(body, CancellationToken.None);
            }
            else
            {
                engine.Load(body, CancellationToken.None);
            }
        }

        users = new ReplicatedStateMachine(engine).Reader.Auth;
        return (StateSummary.Of(engine, CancellationToken.None), marker.ConfState, recovery.LastIndex);
    }

    /// <summary>Applies some entries of the log to the engine, so that the state is ahead of the marker, as after a flush of RocksDB.</summary>
    public StateSummary ApplyBehind(int entries)
    {
        using var directory = DataDirectory.Open(Path, 0xC1, Member);
        using var wal = WriteAheadLog.Open(directory.WalOptions, out var recovery);
        using var engine = RocksDbEngine.Open(directory.EnginePath, new RocksDbSettings());
        var machine = new ReplicatedStateMachine(engine);
        foreach (var entry in recovery.Entries.Where(entry => entry.Index > machine.AppliedIndex).Take(entries).ToArray())
        {
            Apply(machine, entry);
        }

        machine.Publish();
        return StateSummary.Of(engine, CancellationToken.None);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static void Write(SnapshotStore store, SnapshotMetadata point, MemoryEngine engine, IReadView view, bool withPages)
    {
        if (withPages)
        {
            Assert.True(engine.StorePages(view, beforeCheckpoint: true, CancellationToken.None));
            store.Write(point, stream => engine.WritePagedCheckpoint(view, stream, CancellationToken.None), kind: SnapshotBody.Pages);
        }
        else
        {
            store.Write(point, stream => engine.WriteCheckpoint(view, stream, CancellationToken.None));
        }
    }

    private static void Append(WriteAheadLog wal, ReplicatedStateMachine machine, int puts)
    {
        for (var i = 0; i < puts; i++)
        {
            var index = machine.AppliedIndex + 1;
            var command = new PutCommand { Key = Encoding.ASCII.GetBytes($"key/{index % 100:d3}"), Value = Encoding.ASCII.GetBytes($"value {index}") };
            Apply(wal, machine, new Entry(2, index, EntryType.Normal, CommandFormat.Encode(command)));
        }
    }

    private static void AppendUsers(WriteAheadLog wal, ReplicatedStateMachine machine)
    {
        byte[][] commands =
        [
            CommandFormat.Encode(new UserPutCommand { Name = "app", Hash = "hash" }),
            CommandFormat.Encode(new RoleAddCommand { Name = "app" }),
            CommandFormat.Encode(new RoleGrantCommand { Role = "app", Type = PermissionType.ReadWrite, Key = "key/"u8.ToArray(), RangeEnd = "key0"u8.ToArray() }),
            CommandFormat.Encode(new UserGrantCommand { User = "app", Role = "app" }),
        ];
        foreach (var command in commands)
        {
            Apply(wal, machine, new Entry(2, machine.AppliedIndex + 1, EntryType.Normal, command));
        }
    }

    private static void AppendLearner(WriteAheadLog wal, ReplicatedStateMachine machine)
    {
        var change = new ConfChange([new ConfChangeStep(ConfChangeType.AddLearner, Learner)], Joint: false, default);
        Apply(wal, machine, new Entry(2, machine.AppliedIndex + 1, EntryType.ConfChange, ConfChangeCodec.Encode(change)));
    }

    private static void Apply(WriteAheadLog wal, ReplicatedStateMachine machine, Entry entry)
    {
        wal.Append(new WalAppend { Entries = [entry], HardState = new HardState(2, 0, entry.Index) });
        Apply(machine, entry);
    }

    private static void Apply(ReplicatedStateMachine machine, Entry entry)
    {
        Assert.True(machine.BeginEntry(entry.Index, entry.Term));
        if (entry.Type == EntryType.Normal)
        {
            machine.Apply(entry.Data);
        }

        machine.EndEntry();
    }
}
