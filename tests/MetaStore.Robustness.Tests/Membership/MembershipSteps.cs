using System.Diagnostics;
using MetaStore.Protocol.Etcd;
using MetaStore.Client;
using Grpc.Core;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Membership;

/// <summary>Changes the membership of a cluster of processes as an operator does: asks any member, and asks again when the answer says so.</summary>
/// <remarks>
/// A change whose answer was lost may have happened, so the list is looked at before it is asked for again. What is rejected permanently
/// throws.
/// </remarks>
internal sealed class MembershipSteps(ProcessCluster cluster, TimeSpan limit) : IDisposable
{
    private readonly MetaStoreClient _client = new(new MetaStoreClientOptions
    {
        Endpoints = cluster.AllClientUrls,
        CommandTimeout = TimeSpan.FromSeconds(20),
        DialTimeout = TimeSpan.FromMilliseconds(500),
    });

    /// <summary>Adds the next spare, starts it and waits until it has a vote and is healthy.</summary>
    /// <param name="asLearner">First without a vote, promoted when it has caught up; else with a vote at once.</param>
    /// <param name="afterAdd">Something to happen between the adding and the start.</param>
    public async Task<ClusterNode> GrowAsync(bool asLearner, Func<Task>? afterAdd = null)
    {
        var spare = cluster.NextSpare;
        var members = await AddAsync(spare, asLearner);
        if (afterAdd is not null)
        {
            await afterAdd();
        }

        cluster.Join(string.Join(',', members.SelectMany(member => member.PeerURLs.Select(url => $"{NameOf(member)}={url}"))));
        if (asLearner)
        {
            await PromoteAsync(spare);
        }

        await cluster.WaitUntilHealthyAsync(spare);
        return spare;
    }

    /// <summary>Removes a member and waits until its process has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RemoveAsync(ClusterNode node)
    {
        var id = (await ListAsync()).Single(member => member.PeerURLs.Contains(node.PeerUrl)).ID;
        await UntilDoneAsync(
            async () => (await ListAsync()).All(member => member.ID != id),
            () => _client.Cluster.MemberRemoveAsync(new MemberRemoveRequest { ID = id }));
        cluster.Leave(node);
        return await node.Process!.WaitForExitAsync(limit);
    }

    /// <summary>The members as the cluster agrees on them.</summary>
    public async Task<IReadOnlyList<Member>> ListAsync() => (await _client.Cluster.MemberListAsync(new MemberListRequest { Linearizable = true })).Members;

    public void Dispose() => _client.Dispose();

    private async Task<IReadOnlyList<Member>> AddAsync(ClusterNode node, bool asLearner)
    {
        var request = new MemberAddRequest { PeerURLs = { node.PeerUrl }, IsLearner = asLearner };
        await UntilDoneAsync(
            async () => (await ListAsync()).Any(member => member.PeerURLs.Contains(node.PeerUrl)), () => _client.Cluster.MemberAddAsync(request));
        return await ListAsync();
    }

    private async Task PromoteAsync(ClusterNode node)
    {
        var id = (await ListAsync()).Single(member => member.PeerURLs.Contains(node.PeerUrl)).ID;
        await UntilDoneAsync(
            async () => (await ListAsync()).Any(member => member.ID == id && !member.IsLearner),
            () => _client.Cluster.MemberPromoteAsync(new MemberPromoteRequest { ID = id }));
    }

    private async Task UntilDoneAsync(Func<Task<bool>> isDone, Func<Task> ask)
    {
        var clock = Stopwatch.StartNew();
        var last = "nothing was asked";
        while (clock.Elapsed < limit)
        {
            try
            {
                if (await isDone())
                {
                    return;
                }

                await ask();
            }
            catch (RpcException refused) when (IsForNow(refused))
            {
                last = refused.Status.ToString();
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }

        throw new TimeoutException($"not done after {limit}; the last answer: {last}\n{await ClusterProbe.DescribeAsync(cluster)}");
    }

    /// <summary>Rejected now, but not permanently: no leader, not connected long enough, not caught up, one member not started yet.</summary>
    private static bool IsForNow(RpcException refused) =>
        refused.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
        || refused.Status.Detail.Contains("in sync with leader", StringComparison.Ordinal)
        || refused.Status.Detail.Contains("not enough started members", StringComparison.Ordinal);

    private string NameOf(Member member) =>
        member.Name.Length > 0 ? member.Name
        : member.PeerURLs.Contains(cluster.NextSpare.PeerUrl) ? cluster.NextSpare.Name
        : cluster.Nodes.Single(node => member.PeerURLs.Contains(node.PeerUrl)).Name;
}
