using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Tests.Observability.Instruments;

/// <summary>No addition is lost, whichever processor its thread is on.</summary>
public sealed class StripedCountsTests
{
    [Fact]
    public void Additions_OfManyThreads_AreAllInTheSums()
    {
        const int Rounds = 50_000;
        var counts = new StripedCounts(3);
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                counts.Add(0);
                counts.Add(2, 5);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal((4L * Rounds, 0L, 20L * Rounds), (counts[0], counts[1], counts[2]));
    }
}
