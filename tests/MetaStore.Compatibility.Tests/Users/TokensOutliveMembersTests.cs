using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests.Users;

/// <summary>Tokens are of the cluster: none is refused after every member was killed in turn, the leader moved and one member replaced. Goal S10.</summary>
[Collection("processes")]
public sealed class TokensOutliveMembersTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(60)]
    [RowOnRequest(1_000)]
    public async Task Tokens_AreTakenByEveryMember_WhateverHappensToMembers(int count)
    {
        await using UserCluster cluster = await UserCluster.StartAsync(spares: 1);
        ClusterNode[] members = [.. cluster.Members.Nodes];
        string[] tokens = new string[count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 10 },
            async (i, _) => tokens[i] = await cluster.TokenAsync(members[i % members.Length], "plain", "plain"));
        Assert.Equal(count, tokens.Distinct().Count());
        int taken = 0;
        foreach (ClusterNode member in members)
        {
            await member.Process!.KillAsync();
            cluster.Members.Launch(member);
            await cluster.Members.WaitUntilHealthyAsync(member);
            taken += await AskAllAsync(cluster, tokens);
        }

        await MoveLeaderAsync(cluster);
        taken += await AskAllAsync(cluster, tokens);

        ClusterNode gone = members[2];
        await gone.Process!.KillAsync();
        var changes = new Cluster.ClusterClient(cluster.Channel(members[0]));
        MemberListResponse list = await UserCluster.AvailableAsync(() => changes.MemberListAsync(new MemberListRequest(), UserCluster.With(cluster.Root)).ResponseAsync);
        await UserCluster.AvailableAsync(
            () => changes.MemberRemoveAsync(new MemberRemoveRequest { ID = list.Members.Single(member => member.Name == gone.Name).ID }, UserCluster.With(cluster.Root)).ResponseAsync);
        cluster.Members.Leave(gone);
        var add = new MemberAddRequest();
        add.PeerURLs.Add(cluster.Members.NextSpare.PeerUrl);
        await UserCluster.AvailableAsync(() => changes.MemberAddAsync(add, UserCluster.With(cluster.Root)).ResponseAsync);
        ClusterNode joined = cluster.Members.Join(string.Join(',', cluster.Members.Nodes.Append(cluster.Members.NextSpare).Select(node => $"{node.Name}={node.PeerUrl}")));
        await cluster.Members.WaitUntilHealthyAsync(joined);
        taken += await AskAllAsync(cluster, tokens);
        output.WriteLine($"{count} tokens were taken {taken} times, 0 refused");
    }

    private static async Task MoveLeaderAsync(UserCluster cluster)
    {
        ClusterNode[] members = [.. cluster.Members.Nodes];
        var states = new List<(ClusterNode Node, StatusResponse Status)>();
        foreach (ClusterNode node in members)
        {
            var maintenance = new Maintenance.MaintenanceClient(cluster.Channel(node));
            states.Add((node, await UserCluster.AvailableAsync(() => maintenance.StatusAsync(new StatusRequest(), UserCluster.With(cluster.Root)).ResponseAsync)));
        }

        ulong leader = states[0].Status.Leader;
        (ClusterNode at, _) = states.Single(state => state.Status.Header.MemberId == leader);
        ulong next = states.First(state => state.Status.Header.MemberId != leader).Status.Header.MemberId;
        await new Maintenance.MaintenanceClient(cluster.Channel(at)).MoveLeaderAsync(new MoveLeaderRequest { TargetID = next }, UserCluster.With(cluster.Root));
    }

    /// <summary>Each token at each member. A refusal ends the test; a member without a leader is asked again.</summary>
    private static async Task<int> AskAllAsync(UserCluster cluster, string[] tokens)
    {
        foreach (ClusterNode node in cluster.Members.Nodes)
        {
            KV.KVClient kv = cluster.Kv(node);
            await Parallel.ForEachAsync(tokens, new ParallelOptions { MaxDegreeOfParallelism = 10 }, async (token, _) =>
                await UserCluster.AvailableAsync(() => kv.RangeAsync(
                    new RangeRequest { Key = ByteString.CopyFromUtf8("p/a") }, UserCluster.With(token), DateTime.UtcNow.AddSeconds(10), CancellationToken.None).ResponseAsync));
        }

        return tokens.Length * cluster.Members.Nodes.Count;
    }
}
