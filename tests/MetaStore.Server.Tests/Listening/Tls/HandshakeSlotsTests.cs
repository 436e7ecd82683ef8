using MetaStore.Server.Listening.Tls.Handshakes;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Listening.Tls;

public sealed class HandshakeSlotsTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _takenBack = [];

    [Fact]
    public async Task Slot_GivenBack_GoesToWhoeverWaitsLongest()
    {
        var slots = new HandshakeSlots(1, _time);
        IDisposable first = await TakeAsync(slots, "first");
        Task<IDisposable> second = TakeAsync(slots, "second");
        Task<IDisposable> third = TakeAsync(slots, "third");
        Assert.False(second.IsCompleted);
        first.Dispose();
        IDisposable held = await second;
        Assert.False(third.IsCompleted);
        held.Dispose();
        (await third).Dispose();
        Assert.Equal(0, slots.Held);
        Assert.Empty(_takenBack);
    }

    [Fact]
    public async Task Slot_HeldTooLong_IsTakenBackOnlyWhenOthersWait()
    {
        var slots = new HandshakeSlots(2, _time);
        using IDisposable stuck = await TakeAsync(slots, "stuck");
        _time.Advance(HandshakeSlots.PatienceWhenFull * 3);
        using IDisposable slow = await TakeAsync(slots, "slow");
        Assert.Empty(_takenBack);
        Task<IDisposable> waiting = TakeAsync(slots, "waiting");
        await AdvanceUntilAsync(waiting);
        Assert.Equal(["stuck"], _takenBack);
        stuck.Dispose();
        Assert.Equal(2, slots.Held);
        Task<IDisposable> next = TakeAsync(slots, "next");
        await AdvanceUntilAsync(next);
        Assert.Equal(["stuck", "slow"], _takenBack);
        (await waiting).Dispose();
        (await next).Dispose();
        Assert.Equal(0, slots.Held);
    }

    [Fact]
    public async Task Waiter_ThatGivesUp_TakesNoSlot()
    {
        var slots = new HandshakeSlots(1, _time);
        IDisposable first = await TakeAsync(slots, "first");
        using var stop = new CancellationTokenSource();
        Task<IDisposable> gone = slots.TakeAsync(() => _takenBack.Add("gone"), stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        first.Dispose();
        Assert.Equal(0, slots.Held);
        (await TakeAsync(slots, "last")).Dispose();
    }

    [Fact]
    public async Task ManyAtOnce_AreNeverMoreThanTheSlots()
    {
        var slots = new HandshakeSlots(4, TimeProvider.System);
        int most = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            using IDisposable slot = await slots.TakeAsync(() => { }, CancellationToken.None);
            InterlockedMax(ref most, slots.Held);
            await Task.Yield();
        })));
        Assert.InRange(most, 1, 4);
        Assert.Equal(0, slots.Held);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private Task<IDisposable> TakeAsync(HandshakeSlots slots, string name) => slots.TakeAsync(() => _takenBack.Add(name), CancellationToken.None).AsTask();

    private Task AdvanceUntilAsync(Task done) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(Moment);
            return done.IsCompleted;
        },
        TimeSpan.FromSeconds(30), () => "the waiter gets a slot");
}
