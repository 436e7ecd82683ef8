using MetaStore.Server.Maintenance;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Maintenance;

/// <summary>The start of member 1 of three.</summary>
public sealed class InitialCorruptionCheckTests
{
    private static readonly MemberHash Mine = new(7, 10, 5);
    private static readonly MemberHash Another = new(8, 10, 5);

    private readonly FakeCluster _cluster = new();

    [Fact]
    public async Task Fault_AllEqual_IsNone()
    {
        Answer(1, Mine);
        Answer(2, Mine);
        Answer(3, Mine);
        Assert.Null(await FaultAsync());
    }

    [Fact]
    public async Task Fault_TheOthersAgreeOnAnotherState_NamesThem()
    {
        Answer(1, Mine);
        Answer(2, Another);
        Answer(3, Another);
        Assert.StartsWith("the state differs from that of member 2, member 3 at revision 10 (hash 7); ", await FaultAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_OneAnswersAndDiffers_IsNotServed()
    {
        Answer(1, Mine);
        Answer(2, (MemberHash?)null);
        Answer(3, Another);
        Assert.NotNull(await FaultAsync());
    }

    [Fact]
    public async Task Fault_AnotherMemberIsTheOneThatDiffers_IsNone()
    {
        Answer(1, Mine);
        Answer(2, Mine);
        Answer(3, Another);
        Assert.Null(await FaultAsync());
    }

    [Fact]
    public async Task Fault_TheOthersHaveCompactedFurther_IsComparedWhenThisOneHasToo()
    {
        Answer(1, new MemberHash(1, 9, 3), Mine);
        Answer(2, Another);
        Answer(3, Another);
        Assert.NotNull(await FaultAsync());
    }

    [Fact]
    public async Task Fault_NoResponse_StartsUncheckedAfterAWhile()
    {
        Answer(1, Mine);
        Answer(2, (MemberHash?)null);
        Answer(3, (MemberHash?)null);
        Assert.Null(await FaultAsync());
    }

    [Fact]
    public async Task Fault_OnlyMember_IsNone()
    {
        Answer(1, Mine);
        Assert.Null(await FaultAsync(1));
    }

    private void Answer(ulong member, params MemberHash?[] answers) => _cluster.Answers[member] = new Queue<MemberHash?>(answers);

    private Task<string?> FaultAsync(params ulong[] voters) => new InitialCorruptionCheck(
        1, _cluster, () => voters.Length == 0 ? [1, 2, 3] : voters, new ServerLog(NullLogger.Instance), new Impatient())
        .FaultAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
}
