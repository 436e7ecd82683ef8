using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Tests.Model;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Determinism;

/// <summary>The size limit of a response, or whether one is built at all, does not affect the state.</summary>
public sealed class AnswerMeterTests
{
    [Fact]
    public void Replicas_WithMetersOfAnySize_EqualBytesAndResults()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var all = new StoreRig("memory");
            var none = new StoreRig("memory");
            var some = new StoreRig("memory");
            for (var i = 1; i <= 240; i++)
            {
                var command = CommandFormat.Encode(new CommandGenerator((seed * 1_000_003) + i).Next(i / 2));
                var whole = Apply(all, command, AnswerMeter.Unlimited);
                var unwanted = Apply(none, command, AnswerMeter.Unwanted);
                var bounded = Apply(some, command, new CountedMeter((seed * i) % 200));
                Assert.Equal((whole.Error, whole.Revision, whole.Deleted), (unwanted.Error, unwanted.Revision, unwanted.Deleted));
                Assert.Equal((whole.Error, whole.Revision, whole.Deleted), (bounded.Error, bounded.Revision, bounded.Deleted));
                Assert.Null(unwanted.PrevKvs);
            }

            Assert.Equal(all.Engine.Dump(), none.Engine.Dump());
            Assert.Equal(all.Engine.Dump(), some.Engine.Dump());
        }
    }

    [Fact]
    public void Transaction_WhoseAnswerIsUnwanted_TakesEffectAndGathersNothing()
    {
        var rig = Filled(keys: 100);
        var result = Apply(rig, HundredRanges(), AnswerMeter.Unwanted);
        Assert.Equal(103, result.Revision);
        Assert.All(result.Txn!.Responses, response => Assert.Empty(response.Range.Kvs));
    }

    [Fact]
    public void Transaction_AboveTheBound_TakesEffectAndStopsToRead()
    {
        var rig = Filled(keys: 100);
        var meter = new CountedMeter(1000);
        var result = Apply(rig, HundredRanges(), meter);
        Assert.True(result.AnswerDropped);
        Assert.Equal(ErrorCode.None, result.Error);
        Assert.InRange(meter.Asked, 1, 30);
        Assert.StartsWith("z=done@", rig.Get("z").Kvs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    public void DeleteRange_AboveTheBound_DeletesAll(bool fits, int pairs)
    {
        var rig = Filled(keys: 2);
        var command = CommandFormat.Encode(new DeleteRangeCommand { Key = Bytes.Of("a"), RangeEnd = Bytes.Of("b"), PrevKv = true });
        var result = Apply(rig, command, new CountedMeter(fits ? 1000 : 60));
        Assert.Equal((2, !fits, pairs), (result.Deleted, result.AnswerDropped, result.PrevKvs!.Count));
        Assert.Equal(string.Empty, rig.Get("a", "b").Kvs);
    }

    [Fact]
    public void Range_AboveTheBound_IsRefusedWithoutPairs()
    {
        var rig = Filled(keys: 10);
        using var read = rig.Machine.Reader.OpenRead();
        var query = new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.Of("b") };
        Assert.Equal(ErrorCode.AnswerTooLarge, read.Range(query, new CountedMeter(100)).Error);
        Assert.Equal(ErrorCode.AnswerTooLarge, read.Range(query with { SortTarget = SortTarget.Value }, new CountedMeter(100)).Error);
        Assert.Equal(10, read.Range(query with { CountOnly = true }, new CountedMeter(0)).Count);
        Assert.Equal(10, read.Range(query with { KeysOnly = true }, new CountedMeter(100)).Kvs.Count);
    }

    [Fact]
    public void Page_AboveTheBound_IsReadAgainFromItsBeginning()
    {
        var rig = Filled(keys: 10);
        var pager = new RangePager(new RangeQuery { Key = Bytes.Of("a"), RangeEnd = Bytes.FromKey });
        var page = new List<KeyValue>();
        using var read = rig.Machine.Reader.OpenRead();
        Assert.Equal(ErrorCode.AnswerTooLarge, pager.Read(read, 5, 1 << 20, page, new CountedMeter(50)));
        Assert.Empty(page);
        Assert.Equal(ErrorCode.None, pager.Read(read, 5, 1 << 20, page, new CountedMeter(1000)));
        Assert.Equal(["a000", "a001", "a002", "a003", "a004"], page.Select(pair => Bytes.Text(pair.Key)));
    }

    private static CommandResult Apply(StoreRig rig, byte[] command, AnswerMeter meter)
    {
        Assert.True(rig.Machine.BeginEntry(rig.Machine.AppliedIndex + 1, 1));
        var result = rig.Machine.Apply(command, meter);
        rig.Machine.EndEntry();
        rig.Machine.Publish();
        return result;
    }

    private static StoreRig Filled(int keys)
    {
        var rig = new StoreRig("memory");
        for (var i = 0; i < keys; i++)
        {
            rig.Put($"a{i:000}", new string('v', 30));
        }

        rig.Put("z", "before");
        return rig;
    }

    private static byte[] HundredRanges() => CommandFormat.Encode(
        Ops.Txn([], [.. Enumerable.Range(0, 100).Select(_ => Ops.Range("a", "b")), Ops.Put("z", "done")]));

    private sealed class CountedMeter(long bytesMax) : AnswerMeter
    {
        private long _bytes;

        public int Asked { get; private set; }

        protected override bool TryReserve(long bytes)
        {
            Asked++;
            return (_bytes += bytes) <= bytesMax;
        }
    }
}
