using MetaStore.Server.Configuration.Values;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Tests.Membership;

/// <summary>Expected values were printed by etcd 3.4.23 started with the same flags.</summary>
public sealed class MemberIdsTests
{
    [Fact]
    public void OfInitialCluster_EtcdsDefaults_GivesEtcdsWellKnownIds()
    {
        (IReadOnlyDictionary<string, ulong> members, ulong cluster) =
            MemberIds.OfInitialCluster([("default", ["http://localhost:2380"])], "etcd-cluster");

        Assert.Equal(0x8e9e05c52164694dUL, members["default"]);
        Assert.Equal(0xcdf818194e3a8c32UL, cluster);
    }

    [Fact]
    public void OfInitialCluster_ThreeMembersOneWithTwoUrls_GivesEtcdsIds()
    {
        (InitialMember[] parsed, string? error) = InitialMember.Parse(
            "a=http://127.0.0.1:23998,b=http://127.0.0.1:23997,c=http://127.0.0.1:23996,c=http://127.0.0.1:23995");
        Assert.Null(error);

        (IReadOnlyDictionary<string, ulong> members, ulong cluster) = MemberIds.OfInitialCluster(
            parsed.Select(member => (member.Name, member.PeerUrls)), "tok1");

        Assert.Equal(0xdee6e33106c667d4UL, members["a"]);
        Assert.Equal(0xe4d4d4b542993b9fUL, members["b"]);
        Assert.Equal(0x6853a2e49473119fUL, members["c"]);
        Assert.Equal(0x91a1ab2d6b8d387cUL, cluster);
    }
}
