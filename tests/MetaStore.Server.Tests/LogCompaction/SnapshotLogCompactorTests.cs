using MetaStore.Engines.Memory;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.LogCompaction;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.LogCompaction;

/// <summary>The memory engine's state is written as a snapshot when enough was applied, and only then may the node cut its log.</summary>
public sealed class SnapshotLogCompactorTests : IFatalHandler, IDisposable
{
    private const int Entries = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly ConfState Membership = ConfState.Of(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("metastore-snapshots-");
    private readonly MemoryEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly SnapshotStore _store;
    private readonly SteppedNode _node = new(new FakeTimeProvider(), 1, 2, 3);
    private readonly SnapshotLogCompactor _compactor;
    private (int Code, string Reason)? _fatal;

    public SnapshotLogCompactorTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        _store = SnapshotStore.Open(_folder.FullName, 0xC1);
        _compactor = new SnapshotLogCompactor(_store, Entries, BackgroundWork.ThreadPool, this, new ServerLog(NullLogger.Instance)) { ConfState = Membership };
    }

    public void Dispose()
    {
        _node.Dispose();
        _engine.Dispose();
        if (_folder.Exists)
        {
            _folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task EnoughEntries_MakeASnapshot_ThatTheNodeRecordsInItsLog()
    {
        Apply(Entries - 1);
        Assert.True(_compactor.Working.IsCompletedSuccessfully);
        Assert.Null(_store.Open(Entries - 1));

        Apply(1);
        await _compactor.Working.WaitAsync(Limit);
        SnapshotFile file = _store.Open(Entries)!;
        Assert.Equal((ulong)Entries, file.Metadata.Index);
        Assert.Equal(Membership.Voters, file.Metadata.ConfState.Voters);
        _node.Run();
        Assert.Equal(file.Metadata.Index, Assert.Single(_node.Markers).Index);
    }

    [Fact]
    public async Task Counting_StartsAnewWithEachSnapshot()
    {
        Apply(Entries);
        await _compactor.Working.WaitAsync(Limit);
        Apply(Entries - 1);
        await _compactor.Working.WaitAsync(Limit);
        Assert.Null(_store.Open(2 * Entries - 1));
        Apply(1);
        await _compactor.Working.WaitAsync(Limit);
        Assert.NotNull(_store.Open(2 * Entries));
    }

    [Fact]
    public async Task SnapshotThatCannotBeWritten_EndsTheProcess_AndTheLogIsNotCut()
    {
        _folder.Delete(recursive: true);
        Apply(Entries);
        await _compactor.Working.WaitAsync(Limit);
        Assert.Equal(ExitCodes.IoError, _fatal!.Value.Code);
        Assert.Contains($"snapshot of index {Entries}", _fatal.Value.Reason, StringComparison.Ordinal);
        _node.Run();
        Assert.Empty(_node.Markers);
    }

    [Fact]
    public async Task Install_ReplacesTheState_AndTheMembership()
    {
        Apply(Entries);
        await _compactor.Working.WaitAsync(Limit);
        using var empty = new MemoryEngine();
        var follower = new ReplicatedStateMachine(empty);
        SnapshotBody body = _compactor.Install(follower, new SnapshotMetadata(Entries, 1, ConfState.Of(1, 2)));
        Assert.Equal((SnapshotBody.Portable, (ulong)Entries), (body, follower.AppliedIndex));
        Assert.Equal([1ul, 2], _compactor.ConfState.Voters);
    }

    [Fact]
    public void Install_OfASnapshotThatIsNotThere_Throws() =>
        Assert.Contains("is not there", Assert.Throws<InvalidOperationException>(() => _compactor.Install(_machine, new SnapshotMetadata(9, 1, Membership))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task SnapshotForAFollower_IsNeverMade() => Assert.Null(await _compactor.MakeAsync(_machine, "rocksdb/1"));

    void IFatalHandler.OnFatal(int exitCode, string reason) => _fatal = (exitCode, reason);

    private void Apply(int count)
    {
        for (int i = 0; i < count; i++)
        {
            var entry = new Entry(1, _machine.AppliedIndex + 1, EntryType.Normal, default);
            Assert.True(_machine.BeginEntry(entry.Index, entry.Term));
            _machine.EndEntry();
            _machine.Publish();
            _compactor.Count(entry);
            _compactor.CutIfDue(_machine, _node.Node);
        }
    }
}
