using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Services;

/// <summary>Membership calls to a cluster of one: responses, and every error that a single member can return. Texts and codes are etcd's.</summary>
public abstract class ClusterServiceTests(string engine) : IAsyncLifetime
{
    private const string Learner = "http://127.0.0.1:7001";
    private const string Other = "http://127.0.0.1:7002";

    private SingleNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));
        await _node.SettledAsync();
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [SkippableFact]
    public async Task Add_ALearner_AnswersWithItAndTheWholeList()
    {
        MemberAddResponse added = await AddAsync(Learner, asLearner: true);
        Assert.Equal((Learner, "", 0, true), (added.Member.PeerURLs[0], added.Member.Name, added.Member.ClientURLs.Count, added.Member.IsLearner));
        Assert.Equal([added.Header.MemberId, added.Member.ID], added.Members.OrderBy(member => member.IsLearner).Select(member => member.ID));
        Assert.Equal(0, added.Header.Revision);
        Assert.True(added.Header.RaftTerm > 0 && added.Header.ClusterId != 0);
        Assert.Equal(added.Members, (await ListAsync()).Members);
    }

    [SkippableTheory]
    [InlineData("http://127.0.0.1")]
    [InlineData("127.0.0.1:2380")]
    [InlineData("http://127.0.0.1:2380/path")]
    [InlineData("ftp://127.0.0.1:2380")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Add_WithoutUsableUrls_IsRefused(string? url)
    {
        var request = new MemberAddRequest();
        request.PeerURLs.Add(url is null ? [] : [url]);
        await FailsAsync("MemberAdd", request, StatusCode.InvalidArgument, "etcdserver: given member URLs are invalid");
    }

    [SkippableFact]
    public async Task Add_MoreUrlsThanAHelloCanCarry_IsRejected()
    {
        var request = new MemberAddRequest { PeerURLs = { Enumerable.Range(0, 400).Select(i => $"http://member-{i}.example.net:2380") } };
        await FailsAsync("MemberAdd", request, StatusCode.InvalidArgument, "etcdserver: request is too large");
        await FailsAsync(
            "MemberUpdate", new MemberUpdateRequest { ID = (await ListAsync()).Members[0].ID, PeerURLs = { request.PeerURLs } }, StatusCode.InvalidArgument,
            "etcdserver: request is too large");
    }

    [SkippableFact]
    public async Task Add_UrlsOfAnotherMember_IsRefused() => await FailsAsync(
        "MemberAdd", new MemberAddRequest { PeerURLs = { (await ListAsync()).Members[0].PeerURLs[0] } }, StatusCode.FailedPrecondition,
        "etcdserver: Peer URLs already exists");

    [SkippableFact]
    public async Task Add_ASecondLearner_IsRefused_AndPossibleOnceTheFirstIsGone()
    {
        MemberAddResponse first = await AddAsync(Learner, asLearner: true);
        await FailsAsync(
            "MemberAdd", new MemberAddRequest { PeerURLs = { Other }, IsLearner = true }, StatusCode.FailedPrecondition,
            "etcdserver: too many learner members in cluster");
        MemberRemoveResponse removed = await _node.CallAsync<MemberRemoveResponse>("Cluster/MemberRemove", new MemberRemoveRequest { ID = first.Member.ID });
        Assert.Single(removed.Members);
        await AddAsync(Other, asLearner: true);
    }

    [SkippableFact]
    public async Task Remove_UnknownRemovedOrLast_IsRefused()
    {
        await FailsAsync("MemberRemove", new MemberRemoveRequest { ID = 77 }, StatusCode.NotFound, "etcdserver: member not found");
        MemberAddResponse added = await AddAsync(Learner, asLearner: true);
        await _node.CallAsync<MemberRemoveResponse>("Cluster/MemberRemove", new MemberRemoveRequest { ID = added.Member.ID });
        await FailsAsync("MemberRemove", new MemberRemoveRequest { ID = added.Member.ID }, StatusCode.NotFound, "etcdserver: member not found");
        await FailsAsync(
            "MemberRemove", new MemberRemoveRequest { ID = added.Header.MemberId }, StatusCode.Unknown,
            "etcdserver: re-configuration failed due to not enough started members");
    }

    [SkippableFact]
    public async Task Promote_UnknownVoterOrUnreachableLearner_IsRejected()
    {
        await FailsAsync("MemberPromote", new MemberPromoteRequest { ID = 77 }, StatusCode.NotFound, "etcdserver: member not found");
        MemberAddResponse added = await AddAsync(Learner, asLearner: true);
        await FailsAsync(
            "MemberPromote", new MemberPromoteRequest { ID = added.Header.MemberId }, StatusCode.FailedPrecondition,
            "etcdserver: can only promote a learner member");
        await FailsAsync(
            "MemberPromote", new MemberPromoteRequest { ID = added.Member.ID }, StatusCode.FailedPrecondition,
            "etcdserver: can only promote a learner member which is in sync with leader");
    }

    [SkippableFact]
    public async Task Update_ChangesTheUrlsAndNothingElse()
    {
        MemberAddResponse added = await AddAsync(Learner, asLearner: true);
        var request = new MemberUpdateRequest { ID = added.Member.ID, PeerURLs = { Other } };
        MemberUpdateResponse updated = await _node.CallAsync<MemberUpdateResponse>("Cluster/MemberUpdate", request);
        Member member = updated.Members.Single(other => other.ID == added.Member.ID);
        Assert.Equal((Other, true), (member.PeerURLs.Single(), member.IsLearner));

        request.PeerURLs.Insert(0, "http://127.0.0.1:9999");
        updated = await _node.CallAsync<MemberUpdateResponse>("Cluster/MemberUpdate", request);
        Assert.Equal(request.PeerURLs, updated.Members.Single(other => other.ID == added.Member.ID).PeerURLs);
        await FailsAsync("MemberUpdate", new MemberUpdateRequest { ID = 77, PeerURLs = { Learner } }, StatusCode.NotFound, "etcdserver: member not found");
        await FailsAsync(
            "MemberUpdate", new MemberUpdateRequest { ID = added.Header.MemberId, PeerURLs = { Other } }, StatusCode.FailedPrecondition,
            "etcdserver: Peer URLs already exists");
    }

    private Task<MemberListResponse> ListAsync() => _node.CallAsync<MemberListResponse>("Cluster/MemberList", new MemberListRequest { Linearizable = true });

    private Task<MemberAddResponse> AddAsync(string url, bool asLearner) =>
        _node.CallAsync<MemberAddResponse>("Cluster/MemberAdd", new MemberAddRequest { PeerURLs = { url }, IsLearner = asLearner });

    private async Task FailsAsync(string method, IMessage request, StatusCode code, string text)
    {
        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => _node.CallAsync<IMessage>("Cluster/" + method, request));
        Assert.Equal((code, text), (failure.StatusCode, failure.Status.Detail));
    }
}
