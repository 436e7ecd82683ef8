using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands.Tokens;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Auth.Tokens;

/// <summary>Records uses of tokens in the log, and drops those that have run out while this member leads.</summary>
internal sealed class TokenKeeper(TokenClock clock, Proposer proposer, LeadershipState leadership)
{
    /// <summary>Time between two looks for tokens that have run out.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const int DropMax = 1000;

    private ulong _term;

    /// <summary>Runs until <paramref name="stop"/> fires.</summary>
    public Task RunAsync(ILogger logger, CancellationToken stop) => Task.WhenAll(
        SupervisedLoop.RunAsync("uses of tokens", TouchAsync, logger, TimeProvider.System, stop),
        SupervisedLoop.EveryAsync("ends of tokens", Interval, _ => DropAsync(), logger, TimeProvider.System, stop));

    private async Task TouchAsync(CancellationToken stop)
    {
        await foreach (TokenDigest digest in clock.Touches.ReadAllAsync(stop))
        {
            // One that fails is asked for again by a later use.
            await proposer.ProposeAsync(new TokenTouchCommand { Digest = digest }, call: null);
        }
    }

    private async Task DropAsync()
    {
        ulong term = leadership.LeadingTerm;
        if (term != _term)
        {
            _term = term;
            clock.Lead();
        }

        if (term != 0 && clock.TakeDue(DropMax) is { Count: > 0 } due)
        {
            await proposer.ProposeAsync(new TokenDropCommand { Tokens = due }, call: null);
        }
    }
}
