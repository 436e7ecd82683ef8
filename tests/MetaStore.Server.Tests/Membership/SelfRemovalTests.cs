using MetaStore.Server.Membership;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Membership;

/// <summary>A member accepts that it was removed when more than half of the other voters say so.</summary>
public sealed class SelfRemovalTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(6, 4)]
    public void Refusals_OfMoreThanHalfOfTheOthers_AreBelieved(int others, int needed)
    {
        SelfRemoval notice = Notice(others);
        for (int i = 1; i <= needed; i++)
        {
            Assert.False(notice.Stop.IsCompleted, $"after {i - 1} of {others}");
            notice.OnAnswered((ulong)i, isRemoved: true);
            notice.OnAnswered((ulong)i, isRemoved: true);
        }

        Assert.True(notice.Stop.IsCompleted);
    }

    [Fact]
    public void Rejections_OfNonMembersAndLearners_DoNotCount()
    {
        SelfRemoval notice = Notice(2);
        for (ulong unknown = 10; unknown < 20; unknown++)
        {
            notice.OnAnswered(unknown, isRemoved: true);
        }

        notice.OnAnswered(1, isRemoved: true);
        Assert.False(notice.Stop.IsCompleted);
    }

    [Fact]
    public void Refusal_TakenBack_DoesNotCount()
    {
        SelfRemoval notice = Notice(2);
        notice.OnAnswered(1, isRemoved: true);
        notice.OnAnswered(1, isRemoved: false);
        notice.OnAnswered(2, isRemoved: true);
        Assert.False(notice.Stop.IsCompleted);

        notice.OnAnswered(1, isRemoved: true);
        Assert.True(notice.Stop.IsCompleted);
    }

    [Fact]
    public void Refusals_WithoutKnownMembers_AreNotBelieved()
    {
        SelfRemoval notice = Notice(0);
        notice.OnAnswered(1, isRemoved: true);
        Assert.False(notice.Stop.IsCompleted);
    }

    private static SelfRemoval Notice(int others) =>
        new(TimeSpan.FromDays(1), TimeProvider.System, new ServerLog(NullLogger.Instance)) { Others = () => [.. Enumerable.Range(1, others).Select(id => (ulong)id)] };
}
