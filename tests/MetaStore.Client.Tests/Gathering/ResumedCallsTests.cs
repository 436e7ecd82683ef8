using Grpc.Core;
using MetaStore.Client.Gathering;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Tests.Gathering;

/// <summary>Callers whose results came together.</summary>
public sealed class ResumedCallsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public async Task EachCall_IsResumedOnce_AndTheEndIsSaidOnce(int count)
    {
        var calls = Enumerable.Range(0, count).Select(_ => new CountedCall(() => { })).ToArray();
        var ends = 0;
        var ended = new TaskCompletionSource();
        var taken = -1;

        new ResumedCalls(calls, count, () =>
        {
            taken = calls.Count(call => call.Begun == 1);
            Interlocked.Increment(ref ends);
            ended.SetResult();
        }).Begin();
        await ended.Task.WaitAsync(Limit);
        await Task.WhenAll(calls.Select(call => call.Done)).WaitAsync(Limit);

        Assert.All(calls, call => Assert.Equal(1, call.Begun));
        Assert.Equal(1, Volatile.Read(ref ends));

        // The last one may be just beginning on another thread.
        Assert.True(taken >= count - Environment.ProcessorCount * 8, $"{taken} of {count}");
    }

    [Fact]
    public async Task Order_IsThatOfTheResults_ForTheThreadThatBegins()
    {
        var order = new List<int>();
        var calls = Enumerable.Range(0, 500).Select(number => new CountedCall(() => Note(order, number))).ToArray();
        var ended = new TaskCompletionSource();

        new ResumedCalls(calls, calls.Length, ended.SetResult).Begin();
        await ended.Task.WaitAsync(Limit);
        await Task.WhenAll(calls.Select(call => call.Done)).WaitAsync(Limit);

        // Threads that take turns may overtake each other by the call that each of them runs.
        lock (order)
        {
            Assert.Equal(calls.Length, order.Count);
            Assert.All(order.Index(), item => Assert.True(Math.Abs(item.Item - item.Index) <= ThreadPool.ThreadCount + 8, $"call {item.Item} was number {item.Index}"));
        }
    }

    [Fact]
    public async Task CallersThatBlock_HoldUpNoOther()
    {
        using var last = new ManualResetEventSlim();
        var calls = Enumerable.Range(0, 4).Select(_ => new CountedCall(() => last.Wait(Limit))).Append(new CountedCall(last.Set)).ToArray();

        new ResumedCalls(calls, calls.Length, () => { }).Begin();

        await Task.WhenAll(calls.Select(call => call.Done)).WaitAsync(Limit);
        Assert.True(last.IsSet);
    }

    private static void Note(List<int> order, int number)
    {
        lock (order)
        {
            order.Add(number);
        }
    }

    private sealed class CountedCall(Action run) : GatheredCall(new PutRequest(), KvOperation.PutFieldNumber)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _begun;

        public int Begun => Volatile.Read(ref _begun);

        public Task Done => _done.Task;

        public override bool IsOver => true;

        public override void ObserveToken() => throw new NotSupportedException();

        public override bool TryFinish(KvResult result) => throw new NotSupportedException();

        public override void Fail(Status status) => throw new NotSupportedException();

        public override void SendAlone() => throw new NotSupportedException();

        public override void Resume()
        {
            Interlocked.Increment(ref _begun);
            run();
            _done.SetResult();
        }
    }
}
