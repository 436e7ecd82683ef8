using MetaStore.Server.Watch.Sending;

namespace MetaStore.Server.Tests.Watch.Sending;

public sealed class WatchBudgetTests
{
    [Fact]
    public void Room_EndsAtTheLimit()
    {
        var budget = new WatchBudget(100);
        Assert.True(budget.HasRoomFor(100));
        budget.Take(60);
        Assert.True(budget.HasRoomFor(40));
        Assert.False(budget.HasRoomFor(41));
        budget.Take(60);
        Assert.False(budget.HasRoomFor(0));
        budget.Return(21);
        Assert.True(budget.HasRoomFor(1));
    }

    [Fact]
    public void Counts_OfManyThreads_AddUp()
    {
        var budget = new WatchBudget(long.MaxValue);
        Parallel.For(0, 1000, i =>
        {
            budget.Take(i);
            budget.AddEvents(2);
            budget.Return(i);
            budget.AddEvents(-1);
        });
        Assert.Equal((0L, 1000L), (budget.Bytes, budget.Events));
    }
}
