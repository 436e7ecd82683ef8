using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Services;

/// <summary>A learner serves its own state, and rejects everything that needs a quorum. Codes and texts are etcd's.</summary>
public sealed class LearnerTests
{
    private static readonly ByteString Key = ByteString.CopyFromUtf8("k");

    [Fact]
    public async Task Range_OnALearner_IsServedWhenItIsSerializableOnly()
    {
        await using SingleNode voter = await SingleNode.StartNewAsync();
        await voter.SettledAsync();
        await voter.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = Key, Value = ByteString.CopyFromUtf8("v") });
        await using SingleNode learner = await JoinAsync(voter);

        var local = new RangeRequest { Key = Key, Serializable = true };
        await Eventually.TrueAsync(
            async () => (await learner.CallAsync<RangeResponse>("KV/Range", local)).Count == 1, TimeSpan.FromSeconds(20), () => "the learner has the key");
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => learner.CallAsync<RangeResponse>("KV/Range", new RangeRequest { Key = Key }));
        Assert.Equal((StatusCode.FailedPrecondition, "etcdserver: rpc not supported for learner"), (refused.StatusCode, refused.Status.Detail));
        Assert.Equal("""{"health":"true","reason":""}""", await learner.Http.GetStringAsync("/health"));
    }

    [Fact]
    public async Task AutoPromote_ALearnerThatHasCaughtUp_IsAVoter()
    {
        await using SingleNode voter = await SingleNode.StartNewAsync("--auto-promote-learners");
        await voter.SettledAsync();
        await voter.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = Key, Value = ByteString.CopyFromUtf8("v") });
        await using SingleNode learner = await JoinAsync(voter);
        MemberListResponse? list = null;
        await Eventually.TrueAsync(
            async () => (list = await voter.CallAsync<MemberListResponse>("Cluster/MemberList", new MemberListRequest())).Members.All(member => !member.IsLearner),
            TimeSpan.FromSeconds(30), () => $"not all are voters: {list}");
        Assert.Equal(2, list!.Members.Count);
        Assert.Equal(1, (await learner.CallAsync<RangeResponse>("KV/Range", new RangeRequest { Key = Key })).Count);
        Assert.Contains("etcd_server_learner_promote_successes 1\n", await voter.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    private static async Task<SingleNode> JoinAsync(SingleNode voter)
    {
        string url = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";
        MemberAddResponse added = await voter.CallAsync<MemberAddResponse>("Cluster/MemberAdd", new MemberAddRequest { PeerURLs = { url }, IsLearner = true });
        string founder = added.Members.Single(member => !member.IsLearner).PeerURLs[0];
        return await SingleNode.StartNewAsync(
            "--name=learner", $"--listen-peer-urls={url}", $"--initial-advertise-peer-urls={url}", "--initial-cluster-state=existing",
            $"--initial-cluster=default={founder},learner={url}");
    }
}
