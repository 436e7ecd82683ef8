using System.Text;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Tests.Load;

public sealed class WorkloadTests
{
    [Fact]
    public void Put_Message_IsPlainProtobuf()
    {
        ReadOnlySpan<byte> message = RequestTemplate.Put("value"u8).ForKey(42);
        ProtoFields fields = new(message);
        Assert.True(fields.MoveNext());
        Assert.Equal("metaload/0000000042", Encoding.ASCII.GetString(fields.Bytes));
        Assert.True(fields.MoveNext());
        Assert.Equal((2, "value"), (fields.Field, Encoding.ASCII.GetString(fields.Bytes)));
        Assert.False(fields.MoveNext());
    }

    [Fact]
    public void Txn_Message_CarriesTheKeyThreeTimes()
    {
        string message = Encoding.Latin1.GetString(RequestTemplate.Txn("v"u8).ForKey(7));
        Assert.Equal(4, message.Split("metaload/0000000007").Length);
        Assert.DoesNotContain("#", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Txn_OfTenPuts_HasTenDistinctKeys()
    {
        string message = Encoding.Latin1.GetString(RequestTemplate.Txn("v"u8, puts: 10).ForKey(7));
        Assert.Equal(13, message.Split("metaload/0000000007").Length);
        Assert.All(Enumerable.Range(1, 9), i => Assert.Contains($"metaload/0000000007/{i}", message, StringComparison.Ordinal));
    }

    [Fact]
    public void Next_SameSeed_SameCalls()
    {
        LoadOptions options = new() { Workload = WorkloadKind.Mixed, Keys = 1000, ReadRatio = 0.25 };
        Workload first = new(options, 0);
        Workload second = new(options, 0);
        int reads = 0;
        for (int i = 0; i < 10_000; i++)
        {
            byte[] one = first.Next(out string path).ToArray();
            Assert.Equal(one, second.Next(out string same).ToArray());
            Assert.Equal(path, same);
            reads += path.EndsWith("Range", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.InRange(reads, 2300, 2700);
    }

    [Fact]
    public void Next_Sequential_VisitsEveryKeyOnce()
    {
        Workload workload = new(new LoadOptions { Keys = 50, SequentialKeys = true }, 0);
        HashSet<string> keys = [];
        for (int i = 0; i < 50; i++)
        {
            keys.Add(Encoding.Latin1.GetString(workload.Next(out _)[..21]));
        }

        Assert.Equal(50, keys.Count);
    }

    [Fact]
    public void ArrivalClock_EqualGaps_DoesNotDrift()
    {
        ArrivalClock clock = new(3000, start: 0, share: null);
        long last = 0;
        for (int i = 0; i <= 3_000_000; i++)
        {
            last = clock.Take();
        }

        Assert.InRange(last, 1_000_000_000_000 - 1000, 1_000_000_000_000 + 1000);
    }

    [Fact]
    public void ArrivalClock_Exponential_KeepsTheRate()
    {
        Random random = new(5);
        ArrivalClock clock = new(1000, start: 0, share: () => 1 - random.NextDouble());
        for (int i = 0; i < 100_000; i++)
        {
            clock.Take();
        }

        Assert.InRange(clock.Next / 1e9, 98, 102);
    }
}
