using MetaStore.Batching;
using MetaStore.Server.Proposals;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Tests.Proposals;

public sealed class ProposalErrorsTests
{
    [Theory]
    [InlineData(ProposalFailure.NoLeader, ServerError.NoLeader)]
    [InlineData(ProposalFailure.Transferring, ServerError.LeaderChanged)]
    [InlineData(ProposalFailure.Stopped, ServerError.Stopped)]
    [InlineData(ProposalFailure.Overloaded, ServerError.TooManyRequests)]
    [InlineData(ProposalFailure.TooLarge, ServerError.RequestTooLarge)]
    [InlineData(ProposalFailure.Removed, ServerError.Stopped)]
    [InlineData(ProposalFailure.LeaderChanged, ServerError.TimeoutDueToLeaderFailure)]
    [InlineData(ProposalFailure.TimedOut, ServerError.Timeout)]
    public void EachFailure_HasItsError(ProposalFailure failure, ServerError expected) => Assert.Equal(expected, ProposalErrors.ToError(failure));

    /// <summary>A client may take an error for "refused" only when the proposal can never take effect.</summary>
    [Fact]
    public void FailureOfUnknownOutcome_HasAnErrorThatSaysSo()
    {
        foreach (ProposalFailure failure in Enum.GetValues<ProposalFailure>())
        {
            bool isTimeout = StatusMap.Of(ProposalErrors.ToError(failure)).Detail.Contains("timed out", StringComparison.Ordinal);
            Assert.Equal(!failure.NeverProposed(), isTimeout);
        }
    }
}
