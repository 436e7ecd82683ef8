using System.Collections.Concurrent;
using System.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Reads;
using MetaStore.Raft.Runtime.Tests.Node.Rig;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Reads;

/// <summary>Which thread starts a ReadIndex round: a lone reader's own, and the raft thread while many readers share each round.</summary>
public sealed class CrowdedReadsTests
{
    private const string Reader = "reader";

    /// <summary>Half of the ten ticks of 20 ms for which a crowded round counts.</summary>
    private static readonly TimeSpan CrowdCounts = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<string?> _senders = new();
    private long _crowdAt;

    [Fact]
    public async Task Round_AfterACrowdedOne_IsStartedByTheRaftThread()
    {
        await using TestCluster cluster = new(3);
        TestMember follower = await cluster.FollowerAsync();
        do
        {
            await CrowdAsync(cluster, follower);
            _senders.Clear();
            Observe(cluster, follower);
            Read(follower);
        }
        while (Stopwatch.GetElapsedTime(Volatile.Read(ref _crowdAt)) > CrowdCounts);

        Assert.Equal(["raft"], _senders);
    }

    /// <summary>A lone proposal long after a crowd of readers is carried on by its own thread again, without a read in between.</summary>
    [Fact]
    public async Task Crowd_WithoutFurtherReads_IsForgotten()
    {
        await using TestCluster cluster = new(3);
        TestMember follower = await cluster.FollowerAsync();
        bool wasLent;
        do
        {
            await CrowdAsync(cluster, follower);
            wasLent = follower.Node.MayBeLent;
        }
        while (Stopwatch.GetElapsedTime(Volatile.Read(ref _crowdAt)) > CrowdCounts);

        Assert.False(wasLent);
        await Eventually.TrueAsync(() => follower.Node.MayBeLent, TestCluster.Limit, cluster.Describe);
    }

    [Fact]
    public async Task Round_OfALoneReader_IsStartedByItsThread()
    {
        await using TestCluster cluster = new(3);
        TestMember follower = await cluster.FollowerAsync();
        await CrowdAsync(cluster, follower);
        Observe(cluster, follower);

        // The first one follows the crowd, and one may find the raft thread awake.
        await Eventually.TrueAsync(
            () =>
            {
                Read(follower);
                return _senders.Last() == Reader;
            },
            TestCluster.Limit,
            () => string.Join(' ', _senders));
    }

    /// <summary>Ends with a round that ten readers shared.</summary>
    private async Task CrowdAsync(TestCluster cluster, TestMember follower)
    {
        cluster.Network.Drop = message => message.Type is MessageType.ReadIndexResponse;
        Task<ReadIndexResult>[] readers = [.. Enumerable.Range(0, 10).Select(_ => follower.Node.ReadIndexAsync().AsTask())];
        cluster.Network.Drop = message =>
        {
            if (message.Type is MessageType.ReadIndexResponse)
            {
                Volatile.Write(ref _crowdAt, Stopwatch.GetTimestamp());
            }

            return false;
        };
        Assert.All(await Task.WhenAll(readers), read => Assert.True(read.IsConfirmed));
    }

    private void Observe(TestCluster cluster, TestMember follower) => cluster.Network.Drop = message =>
    {
        if (message.Type is MessageType.ReadIndex && message.From == follower.Id)
        {
            _senders.Enqueue(Thread.CurrentThread.Name);
        }

        return false;
    };

    private static void Read(TestMember member)
    {
        ReadIndexResult read = default;
        Thread reader = new(() => read = member.Node.ReadIndexAsync().AsTask().GetAwaiter().GetResult()) { Name = Reader };
        reader.Start();
        Assert.True(reader.Join(TestCluster.Limit));
        Assert.True(read.IsConfirmed);
    }
}
