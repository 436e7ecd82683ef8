using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.LogCompaction;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Tests.Backup;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.LogCompaction;

/// <summary>What a member on the memory engine does when its snapshot cannot be written, and how the turns of members differ.</summary>
public sealed class SnapshotFailuresTests : IFatalHandler, IDisposable
{
    private const int NoSpace = 28;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("metastore-snapshots-");
    private readonly HookedEngine _engine = new();
    private readonly SteppedNode _node = new(new FakeTimeProvider(), 1, 2, 3);
    private readonly LogSink _log = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly SnapshotLogCompactor _compactor;
    private (int Code, string Reason)? _fatal;

    public SnapshotFailuresTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        _compactor = new SnapshotLogCompactor(SnapshotStore.Open(_folder.FullName, 0xC1), 3, BackgroundWork.ThreadPool, this, new ServerLog(_log)) { ConfState = ConfState.Of(1) };
    }

    public void Dispose()
    {
        _node.Dispose();
        _engine.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task FullDisk_PutsTheSnapshotOff_HoweverManyEntriesFollow()
    {
        _engine.OnCheckpoint = (_, _, _) => throw new IOException("No space left on device", NoSpace);
        await ApplyAsync(3);
        Assert.Null(_fatal);
        Assert.Contains("No space left on device", Assert.Single(_log.Lines), StringComparison.Ordinal);
        await ApplyAsync(20);
        Assert.Equal((1, 0), (_engine.Checkpoints, _engine.Views));
        _node.Run();
        Assert.Empty(_node.Markers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OtherFault_EndsTheProcess(bool ofTheEngine)
    {
        _engine.OnCheckpoint = (_, _, _) => throw (ofTheEngine ? new EngineException("damaged") : new IOException("Input/output error", 5));
        await ApplyAsync(3);
        Assert.Equal((ExitCodes.IoError, $"snapshot of index 3: {(ofTheEngine ? "damaged" : "Input/output error")}"), _fatal);
        Assert.Equal(0, _engine.Views);
    }

    [Fact]
    public async Task UnexpectedFailure_IsThrownByTheNextLook()
    {
        _engine.OnCheckpoint = (_, _, _) => throw new NotSupportedException("a bug");
        await Assert.ThrowsAsync<NotSupportedException>(() => ApplyAsync(3));
        Assert.Null(_fatal);
        await Assert.ThrowsAsync<NotSupportedException>(() => ApplyAsync(1));
    }

    [Fact]
    public async Task SecondSnapshot_IsNotBegun_WhileTheFirstIsWritten()
    {
        using var end = new ManualResetEventSlim();
        _engine.OnCheckpoint = (_, _, write) =>
        {
            end.Wait(Limit);
            write();
        };
        Apply(30);
        end.Set();
        await _compactor.Working.WaitAsync(Limit);
        Assert.Equal(1, _engine.Checkpoints);
        Apply(1);
        await _compactor.Working.WaitAsync(Limit);
        Assert.Equal(2, _engine.Checkpoints);
    }

    /// <summary>A learner is not among the voters: it has no turn to wait for.</summary>
    [Theory]
    [InlineData(new ulong[0], 5, 0)]
    [InlineData(new ulong[] { 1, 2, 3 }, 9, 0)]
    [InlineData(new ulong[] { 7 }, 7, 0)]
    [InlineData(new ulong[] { 3, 1, 2 }, 1, 0)]
    [InlineData(new ulong[] { 3, 1, 2, 4 }, 2, 0.125)]
    [InlineData(new ulong[] { 3, 1, 2, 4 }, 4, 0.375)]
    public void Turn_IsByTheOrderOfVoters(ulong[] voters, ulong member, double turn) => Assert.Equal(turn, SnapshotPolicy.Turn(voters, member), precision: 9);

    void IFatalHandler.OnFatal(int exitCode, string reason) => _fatal = (exitCode, reason);

    private async Task ApplyAsync(int count)
    {
        Apply(count);
        await _compactor.Working.WaitAsync(Limit);
    }

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
