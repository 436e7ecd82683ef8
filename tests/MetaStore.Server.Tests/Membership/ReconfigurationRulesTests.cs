using MetaStore.Server.Membership;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Tests.Membership;

public sealed class ReconfigurationRulesTests
{
    [Theory]
    [InlineData("s", "1", false, ServerError.None)] // one started member: growing has to begin somewhere
    [InlineData("u", "1", false, ServerError.NotEnoughStartedMembers)]
    [InlineData("su", "1", false, ServerError.NotEnoughStartedMembers)] // 1 started of 3 to come
    [InlineData("ss", "12", false, ServerError.None)]
    [InlineData("ss", "1", false, ServerError.Unhealthy)] // of 3 with the new one down, 2 have to be there
    [InlineData("sss", "123", false, ServerError.None)]
    [InlineData("sss", "12", false, ServerError.Unhealthy)] // of 4 with the new one down, 3 have to be there
    [InlineData("ssu", "12", false, ServerError.NotEnoughStartedMembers)]
    [InlineData("ssss", "123", false, ServerError.None)]
    [InlineData("sl", "1", false, ServerError.None)] // a learner counts for nothing
    [InlineData("su", "12", true, ServerError.None)] // a learner takes no part in the quorum
    [InlineData("ss", "1", true, ServerError.Unhealthy)]
    public void MayAdd_Members_ProtectsTheQuorumToCome(string members, string reached, bool asLearner, ServerError expected) =>
        Assert.Equal(expected, ReconfigurationRules.MayAdd(Members(members), asLearner, Among(reached)));

    [Theory]
    [InlineData("s", 1, "1", ServerError.NotEnoughStartedMembers)] // the last one
    [InlineData("ss", 2, "12", ServerError.None)]
    [InlineData("su", 2, "1", ServerError.None)] // never started, not connected
    [InlineData("su", 1, "1", ServerError.NotEnoughStartedMembers)] // who would stay has not started
    [InlineData("sss", 3, "12", ServerError.None)] // who is down may always go
    [InlineData("sss", 2, "12", ServerError.Unhealthy)] // one is down already: the other must stay
    [InlineData("sss", 2, "123", ServerError.None)]
    [InlineData("sssss", 2, "123", ServerError.Unhealthy)]
    [InlineData("sssss", 2, "1234", ServerError.None)]
    [InlineData("sl", 2, "1", ServerError.None)] // learners may always go
    [InlineData("sss", 9, "123", ServerError.None)] // an unknown member is rejected later
    public void MayRemove_Members_ProtectsTheActiveQuorum(string members, ulong id, string reached, ServerError expected) =>
        Assert.Equal(expected, ReconfigurationRules.MayRemove(Members(members), id, Among(reached)(id), Among(reached)));

    [Theory]
    [InlineData("sl", ServerError.None)]
    [InlineData("sul", ServerError.None)]
    [InlineData("suul", ServerError.NotEnoughStartedMembers)]
    public void MayPromote_Members_CountsTheLearnerAsStarted(string members, ServerError expected) =>
        Assert.Equal(expected, ReconfigurationRules.MayPromote(Members(members)));

    // One letter per member, ids from 1: s started, u unstarted, l learner.
    private static MemberRecord[] Members(string kinds) =>
        [.. kinds.Select((kind, i) => new MemberRecord { Id = (ulong)i + 1, Name = kind == 'u' ? "" : $"n{i + 1}", IsLearner = kind == 'l' })];

    private static Func<ulong, bool> Among(string ids) => id => ids.Contains((char)('0' + id), StringComparison.Ordinal);
}
