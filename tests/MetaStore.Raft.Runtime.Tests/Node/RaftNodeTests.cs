using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Reads;
using MetaStore.Raft.Runtime.Tests.Node.Rig;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Node;

public sealed class RaftNodeTests
{
    [Fact]
    public async Task OneMember_Proposing_AppliesAndReads()
    {
        await using TestCluster cluster = new(1);
        TestMember member = await cluster.LeaderAsync();

        await cluster.ProposeAsync(member, "a");
        ReadIndexResult read = await member.Node.ReadIndexAsync();

        Assert.True(read.IsConfirmed);
        Assert.True(read.Index <= member.Host.LastIndex);
        Assert.Equal(["a"], member.Host.Applied);
    }

    [Fact]
    public async Task ThreeMembers_ProposingEverywhere_ApplyTheSame()
    {
        await using TestCluster cluster = new(3);
        await cluster.LeaderAsync();

        await Task.WhenAll(cluster.Members.Select(member => Task.Run(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await cluster.ProposeAsync(member, $"{member.Id}-{i}");
            }
        })));

        await cluster.ConvergedAsync([.. cluster.Members.SelectMany(m => Enumerable.Range(0, 10).Select(i => $"{m.Id}-{i}"))]);
    }

    [Fact]
    public async Task OneMember_Restarted_HasEverything()
    {
        await using TestCluster cluster = new(3);
        TestMember follower = await cluster.FollowerAsync();
        await cluster.ProposeAsync(follower, "before");

        await follower.StopAsync();
        await cluster.ProposeAsync(await cluster.LeaderAsync(), "meanwhile");
        follower.Start();

        await cluster.ConvergedAsync("before", "meanwhile");
    }

    [Fact]
    public async Task AllMembers_Restarted_HaveEverything()
    {
        await using TestCluster cluster = new(3);
        await cluster.ProposeAsync(await cluster.LeaderAsync(), "before");

        await Task.WhenAll(cluster.Members.Select(member => member.StopAsync()));
        foreach (TestMember member in cluster.Members)
        {
            member.Start();
        }

        await cluster.ProposeAsync(await cluster.LeaderAsync(), "after");
        await cluster.ConvergedAsync("before", "after");
    }

    [Fact]
    public async Task Leader_Stopped_IsReplacedAndNothingIsLost()
    {
        await using TestCluster cluster = new(3);
        TestMember old = await cluster.LeaderAsync();
        await cluster.ProposeAsync(old, "before");
        ulong term = old.Node.Progress.Term;

        await old.StopAsync();

        TestMember next = await cluster.LeaderAsync();
        Assert.NotEqual(old.Id, next.Id);
        Assert.True(next.Node.Progress.Term > term);
        await cluster.ProposeAsync(next, "after");
        await cluster.ConvergedAsync("before", "after");
    }

    [Fact]
    public async Task Leadership_Transferred_MovesToTheTarget()
    {
        await using TestCluster cluster = new(3);
        TestMember target = await cluster.FollowerAsync();

        await Eventually.TrueAsync(
            async () =>
            {
                (await cluster.LeaderAsync()).Node.TransferLeader(target.Id);
                return target.IsLeader;
            },
            TestCluster.Limit,
            cluster.Describe);
    }

    [Fact]
    public async Task LaggingFollower_Returning_InstallsASnapshot()
    {
        await using TestCluster cluster = new(3);
        TestMember stopped = await cluster.FollowerAsync();
        await cluster.ProposeAsync(stopped, "before");
        await stopped.StopAsync();
        TestMember leader = await cluster.LeaderAsync();
        for (int i = 0; i < 40; i++)
        {
            await cluster.ProposeAsync(leader, $"x{i}");
        }

        foreach (TestMember member in cluster.Members.Where(member => member.IsRunning))
        {
            ulong index = member.Host.TakeSnapshot(member.Snapshots).Index;
            await Eventually.TrueAsync(() => member.Node.Status.FirstIndex > index - 20, TestCluster.Limit, cluster.Describe);
        }

        stopped.Start();

        await cluster.ConvergedAsync("before", "x0", "x39");
        await Eventually.TrueAsync(() => stopped.Host.SnapshotsInstalled == 1, TestCluster.Limit, () => $"{stopped.Host.SnapshotsInstalled} snapshots are installed");

        // What was installed survives a restart, and goes on.
        await stopped.StopAsync();
        stopped.Start();
        await cluster.ProposeAsync(stopped, "last");
        await cluster.ConvergedAsync("x39", "last");
    }

    [Fact]
    public async Task SnapshotsTaken_OverAndOver_KeepLogAndDiskShort()
    {
        await using TestCluster cluster = new(1);
        TestMember member = await cluster.LeaderAsync();
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 30; i++)
            {
                await cluster.ProposeAsync(member, $"{round}-{i}");
            }

            ulong index = member.Host.TakeSnapshot(member.Snapshots).Index;
            await Eventually.TrueAsync(() => member.Node.Status.FirstIndex == index - 9, TestCluster.Limit, cluster.Describe);
        }

        await Eventually.TrueAsync(() => member.Snapshots.List().Count == 2, TestCluster.Limit, cluster.Describe);
        await member.StopAsync();
        member.Start();
        await cluster.ProposeAsync(await cluster.LeaderAsync(), "last");
        Assert.Equal(151, member.Host.Applied.Length);
    }

    [Fact]
    public async Task ReadIndex_OnEveryMember_SeesWhatWasAppliedAnywhereBefore()
    {
        await using TestCluster cluster = new(3);
        TestMember leader = await cluster.LeaderAsync();
        for (int i = 0; i < 20; i++)
        {
            await cluster.ProposeAsync(leader, $"w{i}");
            ulong applied = leader.Host.LastIndex;
            ReadIndexResult[] reads = await Task.WhenAll(
                cluster.Members.SelectMany(member => Enumerable.Range(0, 10).Select(_ => member.Node.ReadIndexAsync().AsTask())));
            Assert.All(reads, read =>
            {
                Assert.Equal(ReadIndexOutcome.Confirmed, read.Outcome);
                Assert.True(read.Index >= applied, $"{read.Index} is before {applied}");
            });
        }
    }

    [Fact]
    public async Task ReadIndex_AcrossALeaderChange_IsAnsweredByTheNextOne()
    {
        await using TestCluster cluster = new(3);
        TestMember old = await cluster.LeaderAsync();
        await cluster.ProposeAsync(old, "a");
        TestMember follower = await cluster.FollowerAsync();
        await old.StopAsync();

        ReadIndexResult read = await follower.Node.ReadIndexAsync();

        Assert.True(read.IsConfirmed, $"{read.Outcome}");
    }

    [Fact]
    public async Task ReadIndex_Cancelled_ThrowsForThatReaderOnly()
    {
        await using TestCluster cluster = new(3);
        TestMember follower = await cluster.FollowerAsync();
        cluster.Network.Drop = message => message.Type is MessageType.ReadIndex or MessageType.ReadIndexResponse;
        using CancellationTokenSource cancelled = new();
        Task<ReadIndexResult> patient = follower.Node.ReadIndexAsync().AsTask();
        Task<ReadIndexResult> impatient = follower.Node.ReadIndexAsync(cancelled.Token).AsTask();

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.False(patient.IsCompleted);
        cluster.Network.Drop = null;
        Assert.True((await patient).IsConfirmed);
    }

    [Fact]
    public async Task ReadIndex_OnACutOffLeader_IsNotConfirmed()
    {
        await using TestCluster cluster = new(3);
        TestMember old = await cluster.LeaderAsync();
        cluster.Network.Drop = message => message.From == old.Id || message.To == old.Id;

        ReadIndexResult read = await old.Node.ReadIndexAsync();

        Assert.False(read.IsConfirmed);
        Assert.Equal(ReadIndexOutcome.NoLeader, read.Outcome);
    }

    [Fact]
    public async Task SlowApply_RefusesProposalsInsteadOfGrowing()
    {
        await using TestCluster cluster = new(1);
        TestMember member = await cluster.LeaderAsync();
        member.Host.Reports = false;

        int taken = 0;
        await Eventually.TrueAsync(
            () =>
            {
                for (int i = 0; i < 50; i++)
                {
                    if (!member.Node.TryPropose(new TestProposal($"{taken}")))
                    {
                        return true;
                    }

                    taken++;
                }

                return false;
            },
            TestCluster.Limit,
            () => $"{taken} taken");
        member.Host.Reports = true;
        member.Node.ReportApplied(member.Host.LastIndex);
        await Eventually.TrueAsync(() => member.Node.TryPropose(new TestProposal("again")), TestCluster.Limit, cluster.Describe);
    }

    [Fact]
    public async Task Proposal_GetsTheTermAndTheAnswerOfTheCore()
    {
        await using TestCluster cluster = new(3);
        TestMember leader = await cluster.LeaderAsync();
        TestProposal here = new("here");
        Assert.True(leader.Node.TryPropose(here));
        Assert.Equal((leader.Node.Progress.Term, ProposeOutcome.Appended), await here.Answer.WaitAsync(TestCluster.Limit));

        TestMember follower = await cluster.FollowerAsync();
        TestProposal there = new("there");
        Assert.True(follower.Node.TryPropose(there));
        Assert.Equal(ProposeOutcome.Forwarded, (await there.Answer.WaitAsync(TestCluster.Limit)).Outcome);
    }

    [Fact]
    public async Task MemberAdded_CatchesUpAndVotes()
    {
        await using TestCluster cluster = new(1);
        TestMember first = await cluster.LeaderAsync();
        await cluster.ProposeAsync(first, "a");
        TestMember second = cluster.AddEmpty();

        ConfChange change = new([new ConfChangeStep(ConfChangeType.AddVoter, second.Id)], Joint: false, default);
        ProposeOutcome outcome = await first.Node.ProposeConfChangeAsync(change);

        Assert.Equal(ProposeOutcome.Appended, outcome);
        await cluster.ConvergedAsync("a");
        await cluster.ProposeAsync(second, "b");
        Assert.Equal([1ul, 2], first.Node.Status.ConfState.Voters);
    }

    [Fact]
    public async Task Stopped_Node_AnswersEverybody()
    {
        await using TestCluster cluster = new(3);
        TestMember follower = await cluster.FollowerAsync();
        cluster.Network.Drop = _ => true;
        Task<ReadIndexResult> waiting = follower.Node.ReadIndexAsync().AsTask();
        RaftNode node = follower.Node;

        await follower.StopAsync();

        Assert.Equal(ReadIndexOutcome.Stopped, (await waiting).Outcome);
        Assert.Equal(ReadIndexOutcome.Stopped, (await node.ReadIndexAsync()).Outcome);
        Assert.False(node.TryPropose(new TestProposal("late")));
        Assert.Equal(ProposeOutcome.Removed, await node.ProposeConfChangeAsync(new ConfChange([], false, default)));
    }
}
