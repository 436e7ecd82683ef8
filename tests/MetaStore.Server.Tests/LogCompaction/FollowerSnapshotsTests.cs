using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.Hosting.Storage;
using MetaStore.Server.LogCompaction;
using MetaStore.Server.Observability.Logging;
using MetaStore.StateMachine;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.LogCompaction;

/// <summary>Which kind of snapshot a follower of a member on RocksDB gets, and at which index.</summary>
public sealed class FollowerSnapshotsTests : IDisposable
{
    private const ulong Term = 3;
    private static readonly ConfState Membership = ConfState.Of(1, 2, 3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("metastore-follower-");
    private readonly List<IStorageEngine> _engines = [];
    private readonly SnapshotStore _store;

    public FollowerSnapshotsTests() => _store = SnapshotStore.Open(Path.Combine(_folder.FullName, "snap"), 0xC1);

    public void Dispose()
    {
        _engines.ForEach(engine => engine.Dispose());
        _folder.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task FollowerThatReadsTheFiles_GetsThem_OfTheEntryTheyAreOf()
    {
        ReplicatedStateMachine leader = Machine("rocksdb"), follower = Machine("rocksdb");
        Apply(leader, 20);
        SnapshotMetadata here = new(20, Term, Membership);

        // The apply thread has applied more before the files are taken.
        SnapshotFile made = await MakeAsync(leader, here, Taken(follower), membershipHolds: () => true, meanwhile: () => Apply(leader, 5));
        Assert.Equal(SnapshotBody.EngineFiles, made.Body);
        Assert.InRange(made.Metadata.Index, 20UL, 25UL);
        Assert.Equal(Term, made.Metadata.Term);
        Assert.Equal(Membership.Voters, made.Metadata.ConfState.Voters);
        Assert.Null(new EngineSnapshotFiles((IStateFilesEngine)follower.Engine).Refusal(made));

        SnapshotInstallation.Run(follower, made);
        Assert.Equal(made.Metadata.Index, follower.AppliedIndex);
        Assert.Equal(made.Metadata.Index, follower.DurableAppliedIndex);
        Assert.Empty(Directory.GetDirectories(_folder.FullName, "files-*", SearchOption.AllDirectories));
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("rocksdb/1 7.0.0")]
    [InlineData("rocksdb/2 99.0.0")]
    [InlineData("no format at all")]
    public async Task FollowerThatDoesNotReadThem_GetsThePortableSnapshot(string taken)
    {
        ReplicatedStateMachine leader = Machine("rocksdb"), follower = Machine("memory");
        Apply(leader, 20);
        SnapshotFile made = await MakeAsync(leader, new SnapshotMetadata(20, Term, Membership), taken, () => true);
        Assert.Equal(SnapshotBody.Portable, made.Body);
        Assert.Equal(20UL, made.Metadata.Index);
        SnapshotInstallation.Run(follower, made);
        Assert.Equal(20UL, follower.AppliedIndex);
    }

    [SkippableFact]
    public async Task MembershipThatChangesMeanwhile_MakesItPortable_BecauseFilesMayBeOfALaterEntry()
    {
        ReplicatedStateMachine leader = Machine("rocksdb");
        Apply(leader, 20);
        SnapshotFile made = await MakeAsync(leader, new SnapshotMetadata(20, Term, Membership), Taken(leader), () => false);
        Assert.Equal(SnapshotBody.Portable, made.Body);
        Assert.Equal(20UL, made.Metadata.Index);
    }

    [SkippableFact]
    public async Task FollowersOfBothKindsAtOnce_EachGetWhatTheyRead()
    {
        ReplicatedStateMachine leader = Machine("rocksdb");
        Apply(leader, 20);
        SnapshotMetadata here = new(20, Term, Membership);
        var followers = new FollowerSnapshots(_store, BackgroundWork.ThreadPool, new ServerLog(NullLogger.Instance));
        Task<SnapshotMetadata?> files = followers.MakeAsync(leader, here, () => true, Taken(leader));
        Apply(leader, 1);
        Task<SnapshotMetadata?> portable = followers.MakeAsync(leader, here with { Index = 21 }, () => true, "");
        Task<SnapshotMetadata?> shared = followers.MakeAsync(leader, here with { Index = 21 }, () => true, "");
        Assert.Same(portable, shared);
        Assert.NotNull(await files);
        Assert.Equal(21UL, (await portable)!.Index);
        Assert.Equal(SnapshotBody.Portable, _store.Open(21)!.Body);
    }

    [SkippableTheory]
    [InlineData("rocksdb", true)]
    [InlineData("rocksdb", false)]
    [InlineData("memory", false)]
    public async Task SnapshotThatIsOfAnotherEntryThanItSays_IsRefusedAndTheOldStateStays(string engine, bool asFiles)
    {
        ReplicatedStateMachine leader = Machine("rocksdb"), follower = Machine(engine);
        Apply(leader, 20);
        Apply(follower, 2);
        SnapshotFile made = await MakeAsync(leader, new SnapshotMetadata(20, Term, Membership), asFiles ? Taken(leader) : "", () => true);
        Assert.Equal(asFiles, made.Body == SnapshotBody.EngineFiles);
        foreach (SnapshotMetadata wrong in new[] { made.Metadata with { Index = 19 }, made.Metadata with { Term = Term + 1 } })
        {
            EngineException refused = Assert.Throws<EngineException>(() => SnapshotInstallation.Run(follower, made with { Metadata = wrong }));
            Assert.Contains($"its state is of index 20, term {Term}", refused.Message, StringComparison.Ordinal);
        }

        using IReadView view = follower.Engine.OpenView();
        Assert.Equal(2UL, StatePoint.Of(view).Index);
    }

    [SkippableFact]
    public async Task FilesForAnEngineThatHasNone_AreRefused()
    {
        ReplicatedStateMachine leader = Machine("rocksdb"), follower = Machine("memory");
        Apply(leader, 20);
        SnapshotFile made = await MakeAsync(leader, new SnapshotMetadata(20, Term, Membership), Taken(leader), () => true);
        EngineException refused = Assert.Throws<EngineException>(() => SnapshotInstallation.Run(follower, made));
        Assert.Equal(EngineFault.WrongEngine, refused.Fault);
    }

    private static string Taken(ReplicatedStateMachine follower) => EngineSnapshotFiles.Of(follower.Engine).Taken;

    private async Task<SnapshotFile> MakeAsync(
        ReplicatedStateMachine leader, SnapshotMetadata here, string taken, Func<bool> membershipHolds, Action? meanwhile = null)
    {
        var followers = new FollowerSnapshots(_store, BackgroundWork.ThreadPool, new ServerLog(NullLogger.Instance));
        Task<SnapshotMetadata?> making = followers.MakeAsync(leader, here, membershipHolds, taken);
        meanwhile?.Invoke();
        SnapshotMetadata made = await making ?? throw new InvalidOperationException("none was made");
        return _store.Open(made.Index)!;
    }

    private static void Apply(ReplicatedStateMachine machine, int entries)
    {
        for (var i = 0; i < entries; i++)
        {
            Assert.True(machine.BeginEntry(machine.AppliedIndex + 1, Term));
            machine.EndEntry();
            machine.Publish();
        }
    }

    private ReplicatedStateMachine Machine(string name)
    {
        IStorageEngine engine = EngineFactory.Open(name, Path.Combine(_folder.FullName, $"engine-{_engines.Count}"));
        _engines.Add(engine);
        return new ReplicatedStateMachine(engine);
    }
}
