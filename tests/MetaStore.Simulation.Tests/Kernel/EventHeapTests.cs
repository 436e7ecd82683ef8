using MetaStore.Simulation.Kernel;
using Xunit;

namespace MetaStore.Simulation.Tests.Kernel;

/// <summary>Events are ordered by time, and at the same time by the order in which they were added: replaying a seed depends on it.</summary>
public sealed class EventHeapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Take_AddedAndTakenAtRandom_ComesByTimeThenByOrderOfAdding(ulong seed)
    {
        var random = new SimRandom(seed);
        var heap = new EventHeap();
        var expected = new SortedDictionary<(long Time, int Order), int>();
        int taken = -1;
        for (int added = 0; added < 5000; added++)
        {
            int number = added;
            long time = random.Next(300);
            heap.Add(time, null, () => taken = number);
            expected.Add((time, number), number);
            while (expected.Count > 0 && random.Chance(0.45))
            {
                ((long Time, int Order) at, int first) = expected.First();
                Assert.Equal(at.Time, heap.NextTime);
                heap.Take().Action();
                Assert.Equal(first, taken);
                expected.Remove(at);
            }
        }
    }

    [Fact]
    public void NextTime_Empty_IsNever() => Assert.Equal(long.MaxValue, new EventHeap().NextTime);
}
