using MetaStore.Server.Dashboard.Pages;

namespace MetaStore.Server.Tests.Dashboard.Pages;

public sealed class StreamPlacesTests
{
    [Fact]
    public void TryEnter_AtTheLimit_IsRefused_AndCountsNothing()
    {
        var places = new StreamPlaces(2);
        Assert.True(places.TryEnter());
        Assert.True(places.TryEnter());
        Assert.False(places.TryEnter());
        Assert.False(places.TryEnter());
        Assert.Equal(2, places.Open);
        places.Leave();
        Assert.True(places.TryEnter());
        Assert.False(places.TryEnter());
    }

    [Fact]
    public async Task TryEnter_FromManyThreads_NeverOpensMoreThanThereAre_AndLosesNoPlace()
    {
        var places = new StreamPlaces(3);
        int most = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            int inside = 0;
            for (int i = 0; i < 5_000; i++)
            {
                if (places.TryEnter())
                {
                    inside = Math.Max(inside, Interlocked.Increment(ref most));
                    Interlocked.Decrement(ref most);
                    places.Leave();
                }
            }

            Assert.InRange(inside, 0, 3);
        })));
        Assert.Equal(0, places.Open);
    }
}
