using MetaStore.Batching.Admission;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Testing;

namespace MetaStore.Batching.Tests.Admission;

/// <summary>Proposals that are always admitted: lease revokes, compactions, alarms and the member's own records.</summary>
public sealed class ReservedCreditsTests
{
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionCredits _client = new();
    private readonly ConnectionCredits _member = new();

    [Fact]
    public void Essential_AllCreditsTakenAndAThousandCallsWait_GetsInAtOnce()
    {
        using ProposalAdmission admission = Overloaded(reserved: 2);
        Assert.True(admission.TryAcquire(_client, 1, AdmissionClass.Essential));
        Assert.True(admission.TryAcquire(_member, 1, AdmissionClass.Essential));
        Assert.False(admission.TryAcquire(_member, 1, AdmissionClass.Essential));
        Assert.Equal(2, admission.Statistics.HeldEssential);
    }

    [Fact]
    public void Essential_BytesFullOrConnectionAtItsLimit_GetsIn()
    {
        using ProposalAdmission admission = new(Settings(reserved: 1) with { MaxBytes = 1 << 20, PerConnection = 1 }, _time);
        Assert.True(admission.TryAcquire(_client, 2 << 20));
        Assert.True(admission.TryAcquire(_client, 100, AdmissionClass.Essential));
    }

    [Fact]
    public async Task Essential_LimitShrankFarBelowWhatIsHeld_GetsIn()
    {
        using ProposalAdmission admission = new(Settings(reserved: 1) with { Initial = 1000, Max = 1000 }, _time);
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(admission.TryAcquire(_client, 1));
        }

        admission.Configure(Settings(reserved: 1));
        Assert.Equal(10, admission.Statistics.Limit);
        Assert.Equal(ProposalAdmissionResult.Accepted, await admission.AcquireAsync(_member, 1, AdmissionClass.Essential, _long));
    }

    [Fact]
    public async Task Essential_ReserveTakenByAClient_TheMembersOwnIsNextButOne()
    {
        using ProposalAdmission admission = Overloaded(reserved: 1);
        Assert.True(admission.TryAcquire(_client, 1, AdmissionClass.Essential));
        ValueTask<ProposalAdmissionResult>[] clients = [.. Enumerable.Range(0, 1000).Select(_ => admission.AcquireAsync(_client, 1, AdmissionClass.Essential, _long))];
        ValueTask<ProposalAdmissionResult> own = admission.AcquireAsync(_member, 1, AdmissionClass.Essential, _long);
        admission.Release(_client, 1, AdmissionClass.Essential, 0);
        Assert.True(clients[0].IsCompleted);
        admission.Release(_client, 1, AdmissionClass.Essential, 0);
        Assert.Equal(ProposalAdmissionResult.Accepted, await own);
    }

    [Fact]
    public void Essential_NothingElseWaits_MayTakeOrdinaryCreditsToo()
    {
        using ProposalAdmission admission = new(Settings(reserved: 2), _time);
        for (int i = 0; i < 12; i++)
        {
            Assert.True(admission.TryAcquire(_client, 1, AdmissionClass.Essential));
        }

        Assert.False(admission.TryAcquire(_client, 1, AdmissionClass.Essential));
        Assert.False(admission.TryAcquire(_member, 1));
    }

    [Fact]
    public void Essential_HasTheReserve_OrdinaryCallsLoseNoCredit()
    {
        using ProposalAdmission admission = new(Settings(reserved: 2), _time);
        Assert.True(admission.TryAcquire(_member, 1, AdmissionClass.Essential));
        Assert.True(admission.TryAcquire(_member, 1, AdmissionClass.Essential));
        for (int i = 0; i < 10; i++)
        {
            Assert.True(admission.TryAcquire(_client, 1));
        }

        Assert.False(admission.TryAcquire(_client, 1));
    }

    private static AdmissionSettings Settings(int reserved) => new() { Mode = AdmissionMode.Fixed, Initial = 10, Min = 1, Max = 10, Reserved = reserved };

    private ProposalAdmission Overloaded(int reserved)
    {
        ProposalAdmission admission = new(Settings(reserved), _time);
        for (int i = 0; i < 10 + 1000; i++)
        {
            admission.AcquireAsync(_client, 1, AdmissionClass.Ordinary, _long).AsTask();
        }

        return admission;
    }
}
