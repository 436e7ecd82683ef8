using MetaStore.Simulation.Invariants.Leases;
using MetaStore.Simulation.Invariants;
using MetaStore.Simulation.Kernel;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Leases;

namespace MetaStore.Simulation.Tests.Checkers;

/// <summary>What the lease checks must accept, and what they must reject.</summary>
public sealed class LeaseChecksTests
{
    private const long Id = 7;
    private const long Ttl = 5;

    private readonly SimCluster _cluster = new(seed: 1, trace: null);

    private RenewalsAreOfTheLiving Renewals => _cluster.Checks.Renewals;

    [Fact]
    public void Renewal_OfALivingLease_Passes()
    {
        GrantAt(1);
        At(3);
        Renewals.Answered(Id, Seconds(2), TimeSpan.FromSeconds(Ttl), isRenewal: true);
        Assert.Equal(Seconds(2), Assert.Single(_cluster.Leases.Living).Renewed);
    }

    [Fact]
    public void Renewal_ThatOverlapsTheEnd_Passes_EitherWay()
    {
        GrantAt(1);
        EndAt(10, expired: true);
        At(12);
        Renewals.Answered(Id, Seconds(4), TimeSpan.FromSeconds(Ttl), isRenewal: true);
        Renewals.Answered(Id, Seconds(9), null, isRenewal: true);
    }

    [Fact]
    public void Renewal_AfterTheEnd_IsDetected()
    {
        GrantAt(1);
        EndAt(10, expired: false);
        At(12);
        Assert.Throws<ViolationException>(() => Renewals.Answered(Id, Seconds(11), TimeSpan.FromSeconds(Ttl), isRenewal: true));
    }

    [Fact]
    public void LivingLease_CalledGone_IsSeen()
    {
        GrantAt(1);
        At(3);
        Assert.Throws<ViolationException>(() => Renewals.Answered(Id, Seconds(2), null, isRenewal: false));
    }

    [Fact]
    public void MoreTimeThanGranted_IsSeen()
    {
        GrantAt(1);
        At(3);
        Assert.Throws<ViolationException>(() => Renewals.Answered(Id, Seconds(2), TimeSpan.FromSeconds(Ttl + 1), isRenewal: true));
        Assert.Throws<ViolationException>(() => Renewals.Answered(Id, Seconds(2), TimeSpan.FromSeconds(Ttl + 60), isRenewal: false));
    }

    [Fact]
    public void LeaseThatRanOut_BeforeItsTime_IsSeen()
    {
        GrantAt(1);
        EndAt(10, expired: true);
        At(10);
        Assert.Throws<ViolationException>(() => Renewals.Answered(Id, Seconds(9), TimeSpan.FromSeconds(Ttl), isRenewal: true));
    }

    [Fact]
    public void RevokedLease_MayEndAtAnyTime()
    {
        GrantAt(1);
        EndAt(10, expired: false);
        At(10);
        Renewals.Answered(Id, Seconds(9), TimeSpan.FromSeconds(Ttl), isRenewal: true);
    }

    [Fact]
    public void LeaseThatNeverEnds_IsSeen()
    {
        GrantAt(1);
        At(5);
        _cluster.Checks.LeaseEnds.Look(Seconds(1));
        At(60);
        Assert.Throws<ViolationException>(() => _cluster.Checks.LeaseEnds.Look(Seconds(1)));
    }

    [Fact]
    public void ExpiryOfAnotherTerm_EndsNothing()
    {
        GrantAt(1);
        Assert.Null(_cluster.Leases.Add(new LeaseExpireCommand { Id = Id, Term = 3 }, term: 4, Seconds(9)));
        Assert.Single(_cluster.Leases.Living);
    }

    [Fact]
    public void ExpiryOfAnotherEpoch_EndsNothing()
    {
        GrantAt(1);
        _cluster.Leases.Add(new LeaseCheckpointCommand { Term = 1, Checkpoints = [new LeaseCheckpoint(Id, 0, 0)] }, term: 1, Seconds(2));
        Assert.Null(_cluster.Leases.Add(new LeaseExpireCommand { Id = Id, Term = 1, Epoch = 2 }, term: 1, Seconds(9)));
        Assert.NotNull(_cluster.Leases.Add(new LeaseExpireCommand { Id = Id, Term = 1, Epoch = 1 }, term: 1, Seconds(9)));
    }

    private static long Seconds(int count) => count * SimKernel.Second;

    private void At(int second) => _cluster.Kernel.Run(Seconds(second));

    private void GrantAt(int second) => _cluster.Leases.Add(new LeaseGrantCommand { Id = Id, Ttl = Ttl }, term: 1, Seconds(second));

    private void EndAt(int second, bool expired) => Assert.NotNull(_cluster.Leases.Add(
        expired ? new LeaseExpireCommand { Id = Id, Term = 1 } : new LeaseRevokeCommand { Id = Id }, term: 1, Seconds(second)));
}
