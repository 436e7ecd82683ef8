using MetaStore.Raft.Runtime.Transport.Discovery;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Hosting;
using MetaStore.Server.Membership;

namespace MetaStore.Server.Tests.Membership;

public sealed class ClusterJoinTests
{
    [Fact]
    public void Match_ConfigurationFits_FindsOwnIdByPeerUrl()
    {
        Assert.Null(Match("a=http://127.0.0.1:1,b=http://localhost:2", "b", out ulong self));
        Assert.Equal(12UL, self);
    }

    [Fact]
    public void Match_FewerMembersConfigured_SaysHowMany()
    {
        string? why = Match("b=http://127.0.0.1:2", "b", out _);

        Assert.Equal("initial-cluster names 1 members, cluster abc has 2; was this member added?", why);
    }

    [Fact]
    public void Match_OwnUrlUnknown_NamesIt()
    {
        string? why = Match("a=http://127.0.0.1:1,b=http://127.0.0.1:3", "b", out _);

        Assert.Equal("cluster abc has no member with the peer URLs http://127.0.0.1:3 of b", why);
    }

    [Fact]
    public async Task Find_NoOtherMemberConfigured_FailsWithoutWaiting()
    {
        var options = new MetaStoreOptions();
        options.Cluster.InitialCluster = InitialMember.Parse("default=http://127.0.0.1:1").Members;
        var join = new ClusterJoin(options, PeerSecurity.None, TimeSpan.FromDays(1));

        StartException failure = await Assert.ThrowsAsync<StartException>(() => join.FindAsync(default).WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.EndsWith("initial-cluster names no other member", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_AddressesThatContradict_NamesBoth()
    {
        (InitialMember[] configured, _) = InitialMember.Parse("a=http://127.0.0.1:1,b=http://127.0.0.1:2,c=http://127.0.0.1:3");
        ClusterInfo Of(ulong cluster, ulong own) => new(cluster, [new(11, "a", ["http://127.0.0.1:1"], false), new(12, "b", ["http://127.0.0.1:2"], false), new(own, "", ["http://127.0.0.1:3"], false)]);

        Assert.Equal(
            "http://127.0.0.1:1 says member 13 of cluster abc, http://127.0.0.1:2 says member 13 of cluster bad",
            ClusterJoin.Judge(configured, "c", [("http://127.0.0.1:1", Of(0xabc, 0x13), null), ("http://127.0.0.1:2", Of(0xbad, 0x13), null)], out _, out _));
        Assert.NotNull(ClusterJoin.Judge(configured, "c", [("http://127.0.0.1:1", Of(0xabc, 0x13), null), ("http://127.0.0.1:2", Of(0xabc, 0x14), null)], out _, out _));
    }

    [Fact]
    public void Judge_OneAddressUnreachable_UsesTheOther()
    {
        (InitialMember[] configured, _) = InitialMember.Parse("a=http://127.0.0.1:1,b=http://127.0.0.1:2");
        var answer = new ClusterInfo(0xabc, [new(11, "a", ["http://127.0.0.1:1"], false), new(12, "", ["http://127.0.0.1:2"], false)]);

        Assert.Null(ClusterJoin.Judge(configured, "b", [("http://127.0.0.1:9", null, "silent"), ("http://127.0.0.1:1", answer, null)], out _, out ulong self));
        Assert.Equal(12UL, self);
    }

    private static string? Match(string initialCluster, string name, out ulong self)
    {
        (InitialMember[] configured, _) = InitialMember.Parse(initialCluster);
        var answer = new ClusterInfo(0xabc, [new(11, "a", ["http://127.0.0.1:1"], false), new(12, "", ["http://127.0.0.1:2"], false)]);
        return ClusterJoin.Match(configured, name, answer, out self);
    }
}
