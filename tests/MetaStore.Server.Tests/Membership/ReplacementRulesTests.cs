using MetaStore.Server.Membership.Silent;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Tests.Membership;

/// <summary>Whether a member that is silent can be replaced now, and what to type for it.</summary>
public sealed class ReplacementRulesTests
{
    private const string Unstarted = "etcdserver: re-configuration failed due to not enough started members";
    private const string Unhealthy = "etcdserver: unhealthy cluster";

    [Theory]
    [InlineData("a,b,c", 3, "1,2", null)]
    [InlineData("a,b,c", 3, "1", Unhealthy)]
    [InlineData("a,b", 2, "1", null)]
    [InlineData("a", 1, "", Unstarted)]
    [InlineData("a,b,", 2, "1", Unstarted)]
    [InlineData("a,b,c,d,e", 5, "1,2,3", null)]
    [InlineData("a,b,c,d,e", 5, "1,2", Unhealthy)]
    public void Replacement_IsJudgedByTheRulesOfRemovalAndAddition(string names, ulong silent, string reached, string? why)
    {
        MemberRecord[] members = Members(names);
        ulong[] connected = [.. reached.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ulong.Parse)];
        Assert.Equal(why, ReplacementRules.Refusal(members, silent, hasLeader: true, strict: true, connected.Contains));
    }

    [Fact]
    public void WithoutALeader_NothingCanBeReplaced_AndTheWayOutIsNamed() => Assert.Equal(
        "no majority of members is connected; start lost members again, or restore a backup into a new cluster",
        ReplacementRules.Refusal(Members("a,b,c"), 3, hasLeader: false, strict: false, _ => true));

    [Fact]
    public void WithoutTheStrictCheck_ALeaderIsEnough() =>
        Assert.Null(ReplacementRules.Refusal(Members("a,b,c"), 3, hasLeader: true, strict: false, _ => false));

    [Theory]
    [InlineData("m3", new[] { "http://c:1" }, "metactl member remove 1f; metactl member add m3 --learner --peer-urls=http://c:1")]
    [InlineData("", new[] { "http://c:1", "http://d:2" }, "metactl member remove 1f; metactl member add NAME --learner --peer-urls=http://c:1,http://d:2")]
    public void Commands_AreWhatReplacesTheMember(string name, string[] urls, string expected)
    {
        var silent = new SilentMember(new MemberRecord { Id = 0x1f, Name = name, PeerUrls = urls }, TimeSpan.FromMinutes(5), null);
        Assert.Equal(expected, silent.Commands);
    }

    private static MemberRecord[] Members(string names) =>
        [.. names.Split(',').Select((name, at) => new MemberRecord { Id = (ulong)at + 1, Name = name, PeerUrls = [$"http://m{at + 1}:1"] })];
}
