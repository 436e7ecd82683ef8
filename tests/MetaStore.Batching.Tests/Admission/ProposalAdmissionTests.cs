using MetaStore.Batching.Admission;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests.Admission;

public sealed class ProposalAdmissionTests
{
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionCredits _connection = new();
    private readonly List<TimeSpan> _waits = [];

    [Fact]
    public async Task AcquireAsync_NoCredit_WaitsUntilOneIsReleased()
    {
        using ProposalAdmission admission = Create(Small());
        Assert.True(admission.TryAcquire(_connection, 1));
        Assert.True(admission.TryAcquire(_connection, 1));
        Assert.False(admission.TryAcquire(_connection, 1));
        Task<ProposalAdmissionResult> waiting = Acquire(admission, _connection);
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(30));
        Release(admission, _connection);
        Assert.Equal(ProposalAdmissionResult.Accepted, await waiting);
        AdmissionStats stats = admission.Statistics;
        Assert.Equal((2, 3, 1, 0), (stats.Held, stats.TotalAdmitted, stats.TotalWaited, stats.TotalRefused));
        Assert.Equal([TimeSpan.FromMilliseconds(30)], _waits);
    }

    [Fact]
    public async Task AcquireAsync_PatienceOver_IsRefusedAndTheTimerRests()
    {
        using ProposalAdmission admission = Create(Small());
        Fill(admission, 2);
        Assert.Equal(0, _time.ArmedTimers);
        Task<ProposalAdmissionResult> patient = Acquire(admission, _connection);
        Task<ProposalAdmissionResult> hasty = admission.AcquireAsync(_connection, 1, AdmissionClass.Ordinary, TimeSpan.FromMilliseconds(100)).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.Equal(ProposalAdmissionResult.Overloaded, await hasty);
        Assert.False(patient.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(ProposalAdmissionResult.Overloaded, await patient);
        Assert.Equal(0, _time.ArmedTimers);
        Assert.Equal(2, admission.Statistics.TotalRefused);
        Assert.Equal(TimeSpan.FromSeconds(2), _waits[1]);
    }

    [Fact]
    public async Task Release_TheNextCallsTimeIsOver_ItIsRefusedAndTheOneAfterItGetsTheCredit()
    {
        using ProposalAdmission admission = Create(Small() with { RefillInterval = TimeSpan.FromSeconds(1) });
        Fill(admission, 2);
        Task<ProposalAdmissionResult> late = admission.AcquireAsync(_connection, 1, AdmissionClass.Ordinary, TimeSpan.FromMilliseconds(10)).AsTask();
        Task<ProposalAdmissionResult> next = Acquire(admission, _connection);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Release(admission, _connection);
        Assert.Equal(ProposalAdmissionResult.Overloaded, await late);
        Assert.Equal(ProposalAdmissionResult.Accepted, await next);
    }

    [Fact]
    public async Task AcquireAsync_NoPlaceToWait_IsRefusedAtOnceUnlessTheConnectionHasLessThanItsShare()
    {
        using ProposalAdmission admission = Create(Small() with { MaxWaiting = 4 });
        Fill(admission, 2);
        Fill(admission, 4, waits: true);
        Assert.Equal(ProposalAdmissionResult.Overloaded, await Acquire(admission, _connection));
        ConnectionCredits quiet = new();
        Assert.False(Acquire(admission, quiet).IsCompleted);
        Assert.False(Acquire(admission, quiet).IsCompleted);
        Assert.Equal(ProposalAdmissionResult.Overloaded, await Acquire(admission, quiet));
        Assert.Equal(6, admission.Statistics.Waiting);
    }

    [Fact]
    public async Task RefusesNext_NoPlaceToWait_IsTrueForThatConnectionUntilThereIsOne()
    {
        using ProposalAdmission admission = Create(Small() with { MaxWaiting = 4 });
        Fill(admission, 2);
        Fill(admission, 4, waits: true);
        Assert.False(admission.RefusesNext(_connection), "nothing was rejected yet: the call itself finds out");
        Assert.Equal(ProposalAdmissionResult.Overloaded, await Acquire(admission, _connection));
        Assert.True(admission.RefusesNext(_connection));
        Assert.Equal(2, admission.Statistics.TotalRefused);
        Release(admission, _connection);
        Assert.False(admission.RefusesNext(_connection));
        Assert.Equal(2, admission.Statistics.TotalRefused);
    }

    [Fact]
    public async Task RefusesNext_AnotherConnectionHasAllPlaces_IsFalseForOneWithLessThanItsShare()
    {
        using ProposalAdmission admission = Create(Small() with { MaxWaiting = 4 });
        Fill(admission, 2);
        Fill(admission, 4, waits: true);
        Assert.Equal(ProposalAdmissionResult.Overloaded, await Acquire(admission, _connection));
        Assert.False(admission.RefusesNext(new ConnectionCredits()));
    }

    [Fact]
    public async Task AcquireAsync_BytesOfWaitingCallsFull_IsRefusedAtOnceUnlessTheConnectionHasLessThanItsShare()
    {
        using ProposalAdmission admission = Create(Small() with { MaxWaitingBytes = 100 });
        Fill(admission, 2);
        Assert.False(Acquire(admission, _connection, 500).IsCompleted);
        Assert.Equal(ProposalAdmissionResult.Overloaded, await Acquire(admission, _connection, 1));
        ConnectionCredits quiet = new();
        Assert.False(Acquire(admission, quiet, 40).IsCompleted);
        Assert.Equal(ProposalAdmissionResult.Overloaded, await Acquire(admission, quiet, 40));
        Assert.Equal(540, admission.Statistics.WaitingBytes);
    }

    [Fact]
    public async Task AcquireAsync_BytesFull_WaitsButOneAloneAlwaysPasses()
    {
        using ProposalAdmission admission = Create(Small() with { MaxBytes = 1 << 20 });
        Assert.True(admission.TryAcquire(_connection, 5 << 20));
        Task<ProposalAdmissionResult> waiting = Acquire(admission, _connection);
        Assert.False(waiting.IsCompleted);
        Release(admission, _connection, 5 << 20);
        Assert.Equal(ProposalAdmissionResult.Accepted, await waiting);
    }

    [Fact]
    public async Task AcquireAsync_ConnectionAtItsLimit_HoldsUpNoOther()
    {
        using ProposalAdmission admission = Create(Small() with { Initial = 4, Max = 4, PerConnection = 1 });
        Assert.True(admission.TryAcquire(_connection, 1));
        Assert.True(admission.TryAcquire(new ConnectionCredits(), 1));
        Task<ProposalAdmissionResult> own = Acquire(admission, _connection);
        Assert.True(admission.TryAcquire(new ConnectionCredits(), 1));
        Assert.False(own.IsCompleted);
        Release(admission, _connection);
        Assert.Equal(ProposalAdmissionResult.Accepted, await own);
    }

    [Fact]
    public void AcquireAsync_ConnectionAlone_HasNoLimitOfItsOwn()
    {
        using ProposalAdmission admission = Create(Small() with { Initial = 10, Max = 10, PerConnection = 1 });
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(admission.TryAcquire(_connection, 1)));
    }

    [Fact]
    public async Task AcquireAsync_OthersProposedASecondAgo_LimitOfTheConnectionEnds()
    {
        using ProposalAdmission admission = Create(Small() with { Initial = 10, Max = 10, PerConnection = 2 });
        ConnectionCredits other = new();
        Assert.True(admission.TryAcquire(_connection, 1));
        Assert.True(admission.TryAcquire(other, 1));
        Assert.True(admission.TryAcquire(_connection, 1));
        Task<ProposalAdmissionResult>[] waiting = [Acquire(admission, _connection), Acquire(admission, _connection), Acquire(admission, _connection)];
        Release(admission, other);
        Assert.All(waiting, wait => Assert.False(wait.IsCompleted));
        _time.Advance(TimeSpan.FromSeconds(1.1));
        Release(admission, _connection);
        Assert.All(await Task.WhenAll(waiting), result => Assert.Equal(ProposalAdmissionResult.Accepted, result));
    }

    /// <summary>A connection with turns left loses them when another one begins to propose; those after it must not wait for it.</summary>
    [Fact]
    public async Task Release_FirstInTurnIsOverItsLimitSinceOthersCame_TheNextGetsTheCredit()
    {
        using ProposalAdmission admission = Create(Small() with { Initial = 3, Max = 3, PerConnection = 1 });
        ConnectionCredits other = new();
        Fill(admission, 3);
        Task<ProposalAdmissionResult> first = Acquire(admission, _connection);
        Task<ProposalAdmissionResult> second = Acquire(admission, _connection);
        Task<ProposalAdmissionResult> others = Acquire(admission, other);
        Release(admission, _connection);
        Assert.Equal(ProposalAdmissionResult.Accepted, await first);
        Release(admission, _connection);
        Assert.Equal(ProposalAdmissionResult.Accepted, await others);
        Task<ProposalAdmissionResult> third = Acquire(admission, new ConnectionCredits());
        Release(admission, other);
        Assert.Equal(ProposalAdmissionResult.Accepted, await third);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task Configure_LimitPerConnectionRaised_AdmitsWhatWaitedForIt()
    {
        using ProposalAdmission admission = Create(Small() with { Initial = 4, Max = 4, PerConnection = 1 });
        Assert.True(admission.TryAcquire(_connection, 1));
        Assert.True(admission.TryAcquire(new ConnectionCredits(), 1));
        Task<ProposalAdmissionResult> own = Acquire(admission, _connection);
        admission.Configure(admission.Settings with { PerConnection = 0 });
        Assert.Equal(ProposalAdmissionResult.Accepted, await own);
    }

    [Fact]
    public async Task Dispose_Waiting_HearsStopped()
    {
        ProposalAdmission admission = Create(Small());
        Fill(admission, 2);
        Task<ProposalAdmissionResult> waiting = Acquire(admission, _connection);
        admission.Dispose();
        Assert.Equal(ProposalAdmissionResult.Stopped, await waiting);
        Assert.Equal(ProposalAdmissionResult.Stopped, await Acquire(admission, _connection));
        Assert.False(admission.TryAcquire(_connection, 1));
    }

    [Fact]
    public void Statistics_Connections_AreThoseThatHoldOrWait()
    {
        using ProposalAdmission admission = Create(Small());
        Assert.Equal(0, admission.Statistics.Connections);
        Fill(admission, 2);
        ConnectionCredits waiting = new();
        Assert.False(admission.AcquireAsync(waiting, 1, AdmissionClass.Ordinary, TimeSpan.FromMilliseconds(40)).AsTask().IsCompleted);
        Assert.Equal((2, 2), (admission.Statistics.Connections, admission.Statistics.MostHeldByOne));
        _time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(1, admission.Statistics.Connections);
        Release(admission, _connection);
        Release(admission, _connection);
        Assert.Equal((0, 0), (admission.Statistics.Connections, admission.Statistics.MostHeldByOne));
    }

    [Fact]
    public void TryAcquireAndRelease_NothingScarce_AllocateNothing()
    {
        using ProposalAdmission admission = new(new AdmissionSettings { RefillInterval = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        TakeAndRelease(10_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TakeAndRelease(100_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void TakeAndRelease(int times)
        {
            for (int i = 0; i < times; i++)
            {
                admission.TryAcquire(_connection, 100);
                admission.Release(_connection, 100, AdmissionClass.Ordinary, TimeProvider.System.GetTimestamp());
            }
        }
    }

    [Fact]
    public void Configure_NotValid_ThrowsAndTheOldSettingsStay()
    {
        using ProposalAdmission admission = Create(Small());
        Assert.Throws<ArgumentException>(() => admission.Configure(Small() with { Reserved = -1 }));
        Assert.Equal(Small(), admission.Settings);
    }

    private static AdmissionSettings Small() => new() { Mode = AdmissionMode.Fixed, Initial = 2, Min = 1, Max = 2, Reserved = 0 };

    private static Task<ProposalAdmissionResult> Acquire(ProposalAdmission admission, ConnectionCredits connection, int bytes = 1) =>
        admission.AcquireAsync(connection, bytes, AdmissionClass.Ordinary, _long).AsTask();

    private ProposalAdmission Create(AdmissionSettings settings) => new(settings, _time) { Waited = _waits.Add };

    private void Fill(ProposalAdmission admission, int calls, bool waits = false)
    {
        for (int i = 0; i < calls; i++)
        {
            Assert.NotEqual(waits, Acquire(admission, _connection).IsCompleted);
        }
    }

    private void Release(ProposalAdmission admission, ConnectionCredits connection, int bytes = 1) =>
        admission.Release(connection, bytes, AdmissionClass.Ordinary, _time.GetTimestamp());
}
