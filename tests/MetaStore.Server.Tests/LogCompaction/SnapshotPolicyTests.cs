using MetaStore.Server.LogCompaction;

namespace MetaStore.Server.Tests.LogCompaction;

public sealed class SnapshotPolicyTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(9_999, 1, 1, false)]
    [InlineData(10_000, 1, 1, true)]
    [InlineData(10_000, 1, 16, true)]
    [InlineData(10_000, 19, 20, false)]
    [InlineData(10_000, 20, 20, true)]
    [InlineData(1_000_000, 199, 200, false)]
    [InlineData(1, 63, 60, false)]
    [InlineData(1, 64, 60, true)]
    [InlineData(1, 64, 1000, false)]
    [InlineData(1, 1000, 1000, true)]
    public void IsDue_WeighsTheLogAgainstTheState(long entries, long logMiB, long stateMiB, bool due) =>
        Assert.Equal(due, SnapshotPolicy.IsDue(entries, entriesMax: 10_000, logMiB * MiB, stateMiB * MiB));

    [Fact]
    public void IsDue_LargeState_ComesToOneMemberAfterTheOther()
    {
        ulong[] voters = [30, 10, 20];
        var due = voters.Order().Select(member => FirstDue(SnapshotPolicy.Turn(voters, member))).ToArray();
        Assert.Equal([600, 700, 800], due);
        Assert.Equal(600, FirstDue(SnapshotPolicy.Turn(voters, 99)));

        static long FirstDue(double turn)
        {
            long mib = 0;
            while (!SnapshotPolicy.IsDue(1_000_000, 10_000, mib * MiB, 600 * MiB, turn))
            {
                mib++;
            }

            return mib;
        }
    }

    /// <summary>Each put makes the state larger than the log; snapshots must still be taken, at growing intervals.</summary>
    [Theory]
    [InlineData(1.0)]
    [InlineData(3.0)]
    public void IsDue_WhenOnlyKeysAreAdded_ComesAgainAndAgain(double stateBytesPerLogByte)
    {
        long log = 0, state = 0, lastState = 0, written = 0;
        var snapshots = 0;
        for (long total = 0; total < 2000 * MiB; total += MiB)
        {
            log += MiB;
            state += (long)(stateBytesPerLogByte * MiB);
            if (SnapshotPolicy.IsDue(log / 300, entriesMax: 10_000, log, lastState))
            {
                (log, lastState) = (0, state);
                written += state;
                snapshots++;
            }
        }

        Assert.InRange(snapshots, 3, 40);
        Assert.InRange(log, 0, Math.Max(lastState, 64 * MiB));
        Assert.InRange(written / (double)state, 0, 3);
    }
}
