namespace MetaStore.Raft.Elections;

/// <summary>How far messages may raise this node's term at once: terms are never used up, and no member is ever out of the others' reach.</summary>
/// <remarks>
/// A term is believed without proof and never falls. One message of the highest term there is would end all elections, so a term far above the
/// present one is refused. In each election timeout messages may raise the term by <see cref="Step"/>, which is weeks of campaigning alone without
/// pre-vote. A member that is further ahead goes on to say so with everything that it sends: after <see cref="Patience"/> election timeouts with
/// such a message in each this node goes up by one step of its own, and so on until they meet. One message, or a burst, changes nothing.
/// Source: ADR 0010.
/// </remarks>
internal sealed class TermReach(RaftState state, RoleChanger roles)
{
    /// <summary>Terms that messages may add within one election timeout.</summary>
    public const ulong Step = 1UL << 20;

    /// <summary>Terms that a message may add at any time: another member's next campaigns, also when the step is used up.</summary>
    public const ulong Always = 4;

    /// <summary>Election timeouts, each with a refused message, after which this node goes up by itself.</summary>
    public const int Patience = 3;

    private ulong _ceiling = state.Term + Step;
    private int _ticks;
    private int _refusedInARow;
    private bool _refused;

    /// <summary>True when a term above the present one is within reach; remembers that one was not.</summary>
    public bool Includes(ulong term)
    {
        bool included = term <= Math.Max(_ceiling, state.Term + Always);
        _refused |= !included;
        return included;
    }

    /// <summary>One unit of time.</summary>
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
        if (_refusedInARow >= Patience)
        {
            // Whoever speaks so will not come down. A higher term promises nothing and breaks nothing: it costs an election.
            roles.BecomeFollower(_ceiling, 0);
            _ceiling = state.Term + Step;
        }
    }
}
