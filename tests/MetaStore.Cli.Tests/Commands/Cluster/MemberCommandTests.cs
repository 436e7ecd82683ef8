using Grpc.Core;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Tests.Commands.Cluster;

public sealed class MemberCommandTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear();

    [Fact]
    public async Task List_SilentMembers_AreHintsOnStandardError()
    {
        _member.On<MemberListRequest>("MemberList", request => new MemberListResponse
        {
            Members = { new Member { ID = 0xab, Name = "n1", PeerURLs = { "http://p:1", "http://q:1" }, ClientURLs = { "http://c:1" } }, new Member { ID = 1, IsLearner = request.Linearizable } },
        });
        _member.On<SilentMembersRequest>("Silent", _ => new SilentMembersResponse
        {
            Members = { new SilentMember { Id = 1, SilentMs = 90_061_999, PeerUrls = { "http://p:2", "http://q:2" } }, new SilentMember { Id = 2, Name = "n2", SilentMs = 5_000, Refusal = "no quorum" } },
        });

        var (code, output, error) = await _member.RunAsync("member", "list");

        Assert.Equal((0, "ab, started, n1, http://p:1,http://q:1, http://c:1, false\n1, unstarted, , , , true\n"), (code, output));
        Assert.Equal(
            """
            Hint: member 1 (never started) has not been heard from for 1.01:01:01. To replace it, which a quorum permits now: metactl member remove 1 && metactl member add NAME --learner --peer-urls=http://p:2,http://q:2
            Hint: member 2 (n2) has not been heard from for 00:00:05. It cannot be replaced now: no quorum

            """,
            error);
    }

    [Fact]
    public async Task Add_PrintsWhatTheNewMemberIsStartedWith()
    {
        _member.On<MemberAddRequest>("MemberAdd", request => new MemberAddResponse
        {
            Header = FakeMember.Header,
            Member = new Member { ID = 5, PeerURLs = { request.PeerURLs }, IsLearner = request.IsLearner },
            Members = { new Member { ID = 4, Name = "a", PeerURLs = { "http://a:1" } }, new Member { ID = 5, PeerURLs = { request.PeerURLs } } },
        });

        var (code, output, _) = await _member.RunAsync("member", "add", "b", "--learner", "--peer-urls=http://b:1, http://b:2,");

        Assert.Equal(0, code);
        Assert.Equal(
            """
            Member 0000000000000005 added to cluster 0000000000000001

            ETCD_NAME="b"
            ETCD_INITIAL_CLUSTER="a=http://a:1,b=http://b:1,b=http://b:2"
            ETCD_INITIAL_ADVERTISE_PEER_URLS="http://b:1,http://b:2"
            ETCD_INITIAL_CLUSTER_STATE="existing"

            """,
            output);
        Assert.True(Assert.Single(_member.Requests<MemberAddRequest>("MemberAdd")).IsLearner);
    }

    [Fact]
    public async Task RemoveUpdatePromote_TakeTheIdInHexadecimal()
    {
        _member.On<MemberRemoveRequest>("MemberRemove", _ => new MemberRemoveResponse { Header = FakeMember.Header });
        _member.On<MemberUpdateRequest>("MemberUpdate", _ => new MemberUpdateResponse { Header = FakeMember.Header });
        _member.On<MemberPromoteRequest>("MemberPromote", _ => new MemberPromoteResponse { Header = FakeMember.Header });
        const string Id = "8e9e05c52164694d";
        Assert.Equal((0, $"Member {Id} removed from cluster 0000000000000001\n", string.Empty), await _member.RunAsync("member", "remove", Id));
        Assert.Equal((0, $"Member {Id} updated in cluster 0000000000000001\n", string.Empty), await _member.RunAsync("member", "update", Id, "--peer-urls=http://n:1"));
        Assert.Equal((0, $"Member {Id} promoted in cluster 0000000000000001\n", string.Empty), await _member.RunAsync("member", "promote", Id));
        Assert.Equal(0x8e9e05c52164694d, Assert.Single(_member.Requests<MemberRemoveRequest>("MemberRemove")).ID);
        Assert.Equal(["http://n:1"], Assert.Single(_member.Requests<MemberUpdateRequest>("MemberUpdate")).PeerURLs);
    }

    [Fact]
    public async Task Promote_Refused_HasTheServersText()
    {
        _member.On<MemberPromoteRequest>("MemberPromote", _ => FakeMember.Failure(StatusCode.FailedPrecondition, "etcdserver: can only promote a learner member"));
        Assert.Equal((1, string.Empty, "Error: etcdserver: can only promote a learner member\n"), await _member.RunAsync("member", "promote", "1"));
    }

    [Theory]
    [InlineData("member add", "member name not provided")]
    [InlineData("member add a b", "too many arguments")]
    [InlineData("member add a", "member peer urls not provided")]
    [InlineData("member add a --peer-urls=,", "member peer urls not provided")]
    [InlineData("member remove", "member ID is not provided")]
    [InlineData("member remove n1", "bad member ID arg (n1), expecting ID in Hex")]
    [InlineData("member update 1", "member peer urls not provided")]
    [InlineData("member promote 10000000000000000", "bad member ID arg (10000000000000000), expecting ID in Hex")]
    public async Task WrongWords_SendNothing(string words, string why)
    {
        Assert.Equal((128, string.Empty, $"Error: {why}\n"), await _member.RunAsync(words.Split(' ')));
        Assert.Empty(_member.Calls);
    }
}
