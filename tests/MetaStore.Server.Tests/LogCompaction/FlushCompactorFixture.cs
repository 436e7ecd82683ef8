using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.LogCompaction;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.LogCompaction;

/// <summary>A compactor over an engine with files, a real node that writes its markers, and entries that a test applies.</summary>
internal sealed class FlushCompactorFixture : IFatalHandler, IDisposable
{
    public const int EntriesMax = 10;
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    public static readonly ConfState Membership = ConfState.Of(1, 2, 3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("metastore-flushes-");
    private readonly SteppedNode _node = new(new FakeTimeProvider(), 1, 2, 3);

    public FlushCompactorFixture(ulong start = 0)
    {
        Machine = new ReplicatedStateMachine(Engine);
        Store = SnapshotStore.Open(_folder.FullName, 0xC1);
        Compactor = new FlushLogCompactor(
            Engine, Store, new SnapshotMetadata(start, 1, Membership), EntriesMax, () => IsDiskLow, this, new ServerLog(Log));
    }

    public FlushedEngine Engine { get; } = new();

    public ReplicatedStateMachine Machine { get; }

    public SnapshotStore Store { get; }

    public FlushLogCompactor Compactor { get; }

    public LogSink Log { get; } = new();

    public bool IsDiskLow { get; set; }

    public (int Code, string Reason)? Fatal { get; private set; }

    /// <summary>Where the node cut its log so far.</summary>
    public IReadOnlyList<SnapshotMetadata> Markers
    {
        get
        {
            _node.Run();
            return _node.Markers;
        }
    }

    /// <summary>The indexes of these.</summary>
    public IEnumerable<ulong> Cuts => Markers.Select(marker => marker.Index);

    /// <summary>Applies entries of a size, looking after each whether something is due.</summary>
    public void Apply(int count, int bytes = 0)
    {
        for (int i = 0; i < count; i++)
        {
            var entry = new Entry(1, Machine.AppliedIndex + 1, EntryType.Normal, new byte[bytes]);
            ApplyUncounted();
            Compactor.Count(entry);
            Compactor.CutIfDue(Machine, _node.Node);
        }
    }

    /// <summary>Applies an entry that the compactor does not hear of, as when the state is loaded.</summary>
    public void ApplyUncounted()
    {
        Assert.True(Machine.BeginEntry(Machine.AppliedIndex + 1, 1));
        Machine.EndEntry();
        Machine.Publish();
    }

    public Task WorkedAsync() => Compactor.Working.WaitAsync(Limit);

    public void OnFatal(int exitCode, string reason) => Fatal = (exitCode, reason);

    public void Dispose()
    {
        _node.Dispose();
        Engine.Dispose();
        _folder.Delete(recursive: true);
    }
}
