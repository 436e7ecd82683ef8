using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Server.Hosting.Storage;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Tests.Hosting.Storage;

/// <summary>A state and a log that were copied from different times are noticed at the start, before entries are skipped as applied.</summary>
public sealed class StateContinuityTests : IDisposable
{
    private readonly AppliedState _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public void EmptyState_FitsAnyLog()
    {
        Check(new WalRecovery());
        Check(LogOf(5, 9, 9));
    }

    [Fact]
    public void StateWithinTheLog_OfTheSameTerm_Fits()
    {
        ApplyUpTo(3);
        Check(LogOf(1, 1, 1, 1, 2));
        Check(LogOf(3, 1, 2));
    }

    [Fact]
    public void StateAheadOfTheLog_IsForeign()
    {
        ApplyUpTo(3);
        StorageException refused = Assert.Throws<StorageException>(() => Check(LogOf(1, 1, 1)));
        Assert.Equal(ExitCodes.ForeignDirectory, refused.ExitCode);
        Assert.Equal(
            "data directory /data: the state of the engine is of log index 3, and the log ends at index 2. One of the two is from another time or another member: "
            + "restore both from the same time, or empty the directory and let this node rejoin.",
            refused.Message);
    }

    [Fact]
    public void StateWithAnotherTermAtItsEntry_IsForeign()
    {
        ApplyUpTo(3);
        StorageException refused = Assert.Throws<StorageException>(() => Check(LogOf(1, 1, 1, 2)));
        Assert.Contains("the state of the engine is of log index 3 in term 1, and the log has term 2 there", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void StateAtTheMarkerOfTheLog_HasItsTerm(ulong term, bool fits)
    {
        ApplyUpTo(3);
        var recovery = new WalRecovery { Marker = new SnapshotMetadata(3, term, ConfState.Empty), FirstIndex = 4, LastIndex = 3 };
        Assert.Equal(fits, Record.Exception(() => Check(recovery)) is null);
    }

    /// <summary>The term of an entry that the log no longer has cannot be compared; only its end can.</summary>
    [Fact]
    public void StateBeforeTheFirstEntry_IsLeftToTheSnapshot()
    {
        ApplyUpTo(3);
        Check(new WalRecovery { Marker = new SnapshotMetadata(10, 5, ConfState.Empty), FirstIndex = 11, LastIndex = 10 });
    }

    private static WalRecovery LogOf(ulong first, params ulong[] terms) => new()
    {
        FirstIndex = first,
        LastIndex = first + (ulong)terms.Length - 1,
        Entries = [.. terms.Select((term, at) => new Entry(term, first + (ulong)at, EntryType.Normal, default))],
    };

    private void ApplyUpTo(int index)
    {
        for (int i = 0; i < index; i++)
        {
            _state.Apply(default(NoopCommand));
        }
    }

    private void Check(WalRecovery recovery) => StateContinuity.Check(_state.Machine, recovery, "/data");
}
