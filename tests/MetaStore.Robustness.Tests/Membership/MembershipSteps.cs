using System.Diagnostics;
using MetaStore.Protocol.Etcd;
using MetaStore.Client;
using Grpc.Core;
using MetaStore.Robustness.Cluster;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Membership;

/// <summary>Changes the membership of a cluster of processes as an operator does: sends the request to any member, and repeats it while the error is temporary.</summary>
/// <remarks>
/// A change whose response was lost may have been made, so the member list is read before the request is repeated. A permanent rejection throws.
/// </remarks>
internal sealed class MembershipSteps(ProcessCluster cluster, TimeSpan limit) : IDisposable
{
    private readonly MetaStoreClient _client = new(
        MemberOptions.Of(cluster.Security, cluster.AllClientUrls) with { CommandTimeout = TimeSpan.FromSeconds(20) });

    /// <summary>Adds the next spare, starts it and waits until it is a healthy voter.</summary>
    /// <param name="asLearner">Add it as a learner and promote it after it has caught up; otherwise as a voter.</param>
    /// <param name="afterAdd">Runs between the member add and the start.</param>
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

    /// <summary>Removes a member and waits until its process has exited.</summary>
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

    /// <summary>The member list, read linearizably.</summary>
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
        var last = "no request was sent";
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

        throw new TimeoutException($"not done after {limit}; the last response: {last}\n{await ClusterProbe.DescribeAsync(cluster)}");
    }

    /// <summary>Temporary rejections: no leader, not connected long enough, not caught up, one member not started yet.</summary>
    private static bool IsForNow(RpcException refused) =>
        refused.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
        || refused.Status.Detail.Contains("in sync with leader", StringComparison.Ordinal)
        || refused.Status.Detail.Contains("not enough started members", StringComparison.Ordinal);

    private string NameOf(Member member) =>
        member.Name.Length > 0 ? member.Name
        : member.PeerURLs.Contains(cluster.NextSpare.PeerUrl) ? cluster.NextSpare.Name
        : cluster.Nodes.Single(node => member.PeerURLs.Contains(node.PeerUrl)).Name;
}
