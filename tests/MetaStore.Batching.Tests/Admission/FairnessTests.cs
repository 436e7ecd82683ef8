using MetaStore.Batching.Admission;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests.Admission;

/// <summary>Which waiting call gets a released credit.</summary>
public sealed class FairnessTests
{
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionCredits _greedy = new();
    private readonly ConnectionCredits _quiet = new();

    [Fact]
    public void Release_AThousandCallsOfOneConnectionWait_TheOneOfAnotherIsNext()
    {
        using ProposalAdmission admission = Create(credits: 10);
        Fill(admission, _greedy, 10 + 1000);
        ValueTask<ProposalAdmissionResult> quiet = Acquire(admission, _quiet);
        Assert.False(quiet.IsCompleted);
        Release(admission, _greedy);
        Release(admission, _greedy);
        Assert.True(quiet.IsCompleted);
        Assert.Equal(9, admission.Statistics.MostHeldByOne);
    }

    [Fact]
    public async Task Release_ManyConnectionsWait_EachGetsOneATurnInTheOrderTheyCame()
    {
        using ProposalAdmission admission = Create(credits: 1);
        Fill(admission, _greedy, 1);
        ConnectionCredits[] connections = [.. Enumerable.Range(0, 5).Select(_ => new ConnectionCredits())];
        List<(int Connection, Task<ProposalAdmissionResult> Wait)> waits = [];
        for (int i = 0; i < 5; i++)
        {
            // Connection i has 10 * (i + 1) calls.
            waits.AddRange(Enumerable.Range(0, 10 * (i + 1)).Select(_ => (i, Acquire(admission, connections[i]).AsTask())));
        }

        List<int> order = [];
        ConnectionCredits holder = _greedy;
        for (int served = 0; served < 50; served++)
        {
            Release(admission, holder);
            (int connection, Task<ProposalAdmissionResult> wait) = waits.Single(call => call.Wait.IsCompleted);
            Assert.Equal(ProposalAdmissionResult.Accepted, await wait);
            waits.RemoveAll(call => call.Wait == wait);
            order.Add(connection);
            holder = connections[connection];
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(turn => turn % 5), order);
    }

    /// <summary>With 16 credits and 1 MiB a credit covers 64 KiB, so a call of 256 KiB takes four turns.</summary>
    [Fact]
    public void Release_OneConnectionsCallsAreLarge_ItGetsAsManyBytesAndNotAsManyCalls()
    {
        using ProposalAdmission admission = Create(credits: 16);
        Fill(admission, _quiet, 16, bytes: 64 << 10);
        List<Task<ProposalAdmissionResult>> large = [.. Enumerable.Range(0, 200).Select(_ => Acquire(admission, _greedy, 256 << 10).AsTask())];
        List<Task<ProposalAdmissionResult>> ordinary = [.. Enumerable.Range(0, 200).Select(_ => Acquire(admission, _quiet, 64 << 10).AsTask())];
        Queue<(ConnectionCredits, int)> held = new(Enumerable.Repeat((_quiet, 64 << 10), 16));
        int admittedLarge = 0;
        int admittedOrdinary = 0;
        while (admittedOrdinary < 160)
        {
            (ConnectionCredits connection, int bytes) = held.Dequeue();
            admission.Release(connection, bytes, AdmissionClass.Ordinary, _time.GetTimestamp());
            for (; large[admittedLarge].IsCompleted; admittedLarge++)
            {
                held.Enqueue((_greedy, 256 << 10));
            }

            for (; ordinary[admittedOrdinary].IsCompleted; admittedOrdinary++)
            {
                held.Enqueue((_quiet, 64 << 10));
            }
        }

        Assert.InRange(admittedLarge, 36, 44);
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(100, 50)]
    [InlineData(100, 200)]
    public void Simulated_GreedyThousandBesideQuietOne_TheQuietOneWaitsForOneCreditAtMost(int credits, int perSecondAndCredit)
    {
        AdmissionModel model = new(_time, Settings(credits) with { MaxWait = TimeSpan.FromMinutes(1) })
        {
            CapacityPerMillisecond = _ => credits * perSecondAndCredit / 1000.0,
            LatencyMilliseconds = _ => 1,
        };
        ModelConnection greedy = model.Closed(callers: 1000);
        ModelConnection quiet = model.Closed(callers: 1);
        model.Run(seconds: 5);
        Assert.Equal(0, greedy.Refused + quiet.Refused);

        // Two credits become free, one for each of them; the model advances in steps of a millisecond.
        int twoCredits = (int)Math.Ceiling(2 * 1000.0 / (credits * perSecondAndCredit)) + 1;
        Assert.InRange(quiet.LongestWait, 0, twoCredits);
        Assert.InRange(quiet.Answered, 40, 5000);
        Assert.InRange(greedy.Answered, 0.9 * ((credits * perSecondAndCredit * 5.0) - quiet.Answered), double.MaxValue);
    }

    [Fact]
    public void Simulated_OpenLoopOverloadOfOneConnection_TheQuietOneIsNeverRefused()
    {
        AdmissionModel model = new(_time, new AdmissionSettings { MaxWaiting = 1000 }) { CapacityPerMillisecond = _ => 10, LatencyMilliseconds = _ => 2 };
        ModelConnection greedy = model.Open(perMillisecond: 30);
        ModelConnection quiet = model.Closed(callers: 1);
        model.Run(seconds: 10);
        Assert.InRange(greedy.Refused, 100_000, 300_000);
        Assert.Equal(0, quiet.Refused);
        Assert.InRange(quiet.LongestWait, 0, 3);
    }

    private static AdmissionSettings Settings(int credits) =>
        new() { Mode = AdmissionMode.Fixed, Initial = credits, Min = 1, Max = credits, MaxBytes = 1 << 20, Reserved = 0 };

    private static ValueTask<ProposalAdmissionResult> Acquire(ProposalAdmission admission, ConnectionCredits connection, int bytes = 1) =>
        admission.AcquireAsync(connection, bytes, AdmissionClass.Ordinary, _long);

    private static void Fill(ProposalAdmission admission, ConnectionCredits connection, int calls, int bytes = 1)
    {
        for (int i = 0; i < calls; i++)
        {
            Acquire(admission, connection, bytes).AsTask();
        }
    }

    private ProposalAdmission Create(int credits) => new(Settings(credits), _time);

    private void Release(ProposalAdmission admission, ConnectionCredits connection) =>
        admission.Release(connection, 1, AdmissionClass.Ordinary, _time.GetTimestamp());
}
