using MetaStore.Raft.Tracking;

namespace MetaStore.Raft.Tests.Tracking;

public sealed class InflightsTests
{
    [Fact]
    public void Window_FullByMessages_FreesInOrder()
    {
        var window = new Inflights(20, 1000);
        for (ulong index = 1; index <= 20; index++)
        {
            window.Add(index, 1);
        }

        Assert.True(window.IsFull);
        window.FreeTo(7);
        Assert.Equal(13, window.Count);
        Assert.False(window.IsFull);
    }

    [Fact]
    public void Window_FullByBytes_FreesWithThem()
    {
        var window = new Inflights(20, 100);
        window.Add(1, 60);
        Assert.False(window.IsFull);
        window.Add(2, 60);
        Assert.True(window.IsFull);
        window.FreeTo(1);
        Assert.False(window.IsFull);
        window.Clear();
        Assert.Equal(0, window.Count);
    }

    [Fact]
    public void Window_UsedForLong_LeaksNothing()
    {
        var window = new Inflights(5, 999);
        for (ulong index = 1; index <= 1000; index++)
        {
            window.Add(index, 999);
            Assert.True(window.IsFull);
            window.FreeTo(index);
            Assert.False(window.IsFull);
        }
    }
}
