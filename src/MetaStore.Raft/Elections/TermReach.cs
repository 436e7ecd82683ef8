namespace MetaStore.Raft.Elections;

/// <summary>
/// Limits how fast messages may raise this node's term: terms cannot be used up, yet members can always meet in one term.
/// </summary>
/// <remarks>
/// A term is accepted without proof and never falls. One forged message with the highest possible term would end all elections, so a term
/// far above the present one is refused. In each election timeout messages may raise the term by <see cref="Step"/>, which is weeks of
/// campaigning alone without pre-vote. A member that is further ahead repeats its term in everything it sends: after <see
/// cref="RefusalsMax"/>
/// election timeouts with such a message in each, this node raises its term by one step itself, and so on until the terms meet. A single
/// message, or a burst, changes nothing.
/// Source: ADR 0010.
/// </remarks>
internal sealed class TermReach(RaftState state, RoleTransitions roles)
{
    /// <summary>Terms that messages may add within one election timeout.</summary>
    public const ulong Step = 1UL << 20;

    /// <summary>Terms that a message may add even when the step is used up: room for another member's next campaigns.</summary>
    public const ulong Always = 4;

    /// <summary>Election timeouts, each with a refused message, after which this node raises its term itself.</summary>
    public const int RefusalsMax = 3;

    private ulong _ceiling = state.Term + Step;
    private int _ticks;
    private int _refusedInARow;
    private bool _refused;

    /// <summary>True when a term above the present one is within reach; records a refusal.</summary>
    public bool Includes(ulong term)
    {
        bool included = term <= Math.Max(_ceiling, state.Term + Always);
        _refused |= !included;
        return included;
    }

    /// <summary>One tick.</summary>
    public void Tick()
    {
        if (++_ticks < state.Config.ElectionTicks)
        {
            return;
        }

        _ticks = 0;
        _refusedInARow = _refused ? _refusedInARow + 1 : 0;
        _refused = false;
        _ceiling = state.Term + Step;
        if (_refusedInARow >= RefusalsMax)
        {
            // The sender's term will not fall. Raising ours acknowledges nothing and breaks no invariant: it costs one election.
            roles.BecomeFollower(_ceiling, 0);
            _ceiling = state.Term + Step;
        }
    }
}
