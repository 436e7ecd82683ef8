using MetaStore.Raft.Runtime.Batching;
using MetaStore.Raft.Runtime.Batching.Admission;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Batching.Admission;

public sealed class ProposalAdmissionTests
{
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionCredits _connection = new();
    private double _memory;

    [Fact]
    public async Task AcquireAsync_NoCredit_WaitsUntilOneIsReleased()
    {
        using ProposalAdmission admission = Create(Small());
        Assert.True(admission.TryAcquire(_connection, 1));
        Assert.True(admission.TryAcquire(_connection, 1));
        Assert.False(admission.TryAcquire(_connection, 1));
        ValueTask<ProposalAdmissionResult> waiting = admission.AcquireAsync(_connection, 1, _long);
        Assert.False(waiting.IsCompleted);
        admission.Release(_connection, 1, _time.GetTimestamp());
        Assert.Equal(ProposalAdmissionResult.Accepted, await waiting);
        Assert.Equal(2, admission.Statistics.Held);
    }

    [Fact]
    public async Task AcquireAsync_PatienceOver_IsRefusedAndTheTimerRests()
    {
        using ProposalAdmission admission = Create(Small());
        admission.TryAcquire(_connection, 1);
        admission.TryAcquire(_connection, 1);
        Assert.Equal(0, _time.ArmedTimers);
        ValueTask<ProposalAdmissionResult> hasty = admission.AcquireAsync(_connection, 1, TimeSpan.FromMilliseconds(100));
        ValueTask<ProposalAdmissionResult> patient = admission.AcquireAsync(_connection, 1, _long);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(ProposalAdmissionResult.Overloaded, await hasty);
        Assert.False(patient.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(ProposalAdmissionResult.Overloaded, await patient);
        Assert.Equal(0, _time.ArmedTimers);
        Assert.Equal(2, admission.Statistics.TotalRefused);
    }

    [Fact]
    public async Task AcquireAsync_TooManyWaiting_IsRefusedAtOnce()
    {
        using ProposalAdmission admission = Create(Small() with { MaxWaiting = 0 });
        admission.TryAcquire(_connection, 1);
        admission.TryAcquire(_connection, 1);
        Assert.Equal(ProposalAdmissionResult.Overloaded, await admission.AcquireAsync(_connection, 1, _long));
    }

    [Fact]
    public async Task AcquireAsync_BytesFull_WaitsButOneAloneAlwaysPasses()
    {
        using ProposalAdmission admission = Create(Small() with { MaxBytes = 10 });
        Assert.True(admission.TryAcquire(_connection, 100));
        ValueTask<ProposalAdmissionResult> waiting = admission.AcquireAsync(_connection, 1, _long);
        Assert.False(waiting.IsCompleted);
        admission.Release(_connection, 100, _time.GetTimestamp());
        Assert.Equal(ProposalAdmissionResult.Accepted, await waiting);
    }

    [Fact]
    public async Task AcquireAsync_ConnectionAtItsShare_HoldsUpNobodyElse()
    {
        using ProposalAdmission admission = Create(Small() with { Initial = 3, Max = 3, PerConnection = 1 });
        Assert.True(admission.TryAcquire(_connection, 1));
        ValueTask<ProposalAdmissionResult> own = admission.AcquireAsync(_connection, 1, _long);
        ValueTask<ProposalAdmissionResult> other = admission.AcquireAsync(new ConnectionCredits(), 1, _long);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(ProposalAdmissionResult.Accepted, await other);
        Assert.False(own.IsCompleted);
    }

    [Fact]
    public async Task Dispose_Waiting_HearsStopped()
    {
        ProposalAdmission admission = Create(Small());
        admission.TryAcquire(_connection, 1);
        admission.TryAcquire(_connection, 1);
        ValueTask<ProposalAdmissionResult> waiting = admission.AcquireAsync(_connection, 1, _long);
        admission.Dispose();
        Assert.Equal(ProposalAdmissionResult.Stopped, await waiting);
    }

    [Fact]
    public void Adaptive_Healthy_GrowsToTheMaximumWithinASecond()
    {
        using ProposalAdmission admission = Create(new AdmissionSettings());
        Assert.Equal(1000, admission.Statistics.Limit);
        Work(admission, seconds: 1, TimeSpan.FromMilliseconds(10));
        Assert.Equal(10_000, admission.Statistics.Limit);
    }

    [Fact]
    public void Adaptive_SlowOrFull_ShrinksAndRecovers()
    {
        using ProposalAdmission admission = Create(new AdmissionSettings());
        Work(admission, seconds: 3, TimeSpan.FromSeconds(2));
        Assert.Equal(100, admission.Statistics.Limit);
        Work(admission, seconds: 1, TimeSpan.FromMilliseconds(10));
        Assert.Equal(10_000, admission.Statistics.Limit);
        _memory = 0.71;
        Work(admission, seconds: 2, TimeSpan.FromMilliseconds(10));
        Assert.Equal(100, admission.Statistics.Limit);
    }

    [Theory]
    [InlineData(1000, 500, 60_000, 2000)]
    [InlineData(9_999, 9_999, 60_000, 10_000)]
    [InlineData(1000, 1000, 500, 900)]
    [InlineData(1000, 500, 500, 1000)]
    [InlineData(200, 50, 50, 1000)]
    [InlineData(101, 101, 1, 100)]
    public void Dynamic_Rate_LeadsTheLimit(int limit, int mostHeld, double rate, int expected)
    {
        AdmissionSettings settings = new() { Mode = AdmissionMode.Dynamic };
        AdmissionSample sample = new(settings.RefillInterval, mostHeld, rate, TimeSpan.Zero, 0);
        Assert.Equal(expected, AdmissionLimit.Next(limit, settings, sample));
    }

    [Fact]
    public void Validate_Faults_AreNamed()
    {
        Assert.Empty(new AdmissionSettings().Validate());
        Assert.Contains("min_credits (5) must not exceed max_credits (4)", new AdmissionSettings { Min = 5, Max = 4, Initial = 4 }.Validate()[0], StringComparison.Ordinal);
    }

    private static AdmissionSettings Small() => new() { Mode = AdmissionMode.Fixed, Initial = 2, Min = 1, Max = 2 };

    private ProposalAdmission Create(AdmissionSettings settings) => new(settings, _time, () => _memory);

    private void Work(ProposalAdmission admission, int seconds, TimeSpan latency)
    {
        for (int i = 0; i < seconds * 100; i++)
        {
            Assert.True(admission.TryAcquire(_connection, 1));
            _time.Advance(TimeSpan.FromMilliseconds(10));
            admission.Release(_connection, 1, _time.GetTimestamp() - latency.Ticks);
        }
    }
}
