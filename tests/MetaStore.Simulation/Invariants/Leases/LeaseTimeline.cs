using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.Simulation.Invariants.Leases;

/// <summary>When leases started and ended according to the committed log: a change counts from when the first node applies it.</summary>
internal sealed class LeaseTimeline
{
    private readonly Dictionary<long, List<Life>> _lives = [];

    /// <summary>Leases that exist now.</summary>
    public IEnumerable<Life> Living => _lives.Values.Select(lives => lives[^1]).Where(life => life.Gone == long.MaxValue);

    /// <summary>Records a committed command.</summary>
    /// <param name="command">Any command.</param>
    /// <param name="term">Term of its entry.</param>
    /// <param name="now">Virtual time.</param>
    /// <returns>The lease that it ended, or null.</returns>
    public Life? Add(ICommand command, ulong term, long now)
    {
        switch (command)
        {
            case LeaseGrantCommand grant when Newest(grant.Id) is null:
                if (!_lives.TryGetValue(grant.Id, out List<Life>? lives))
                {
                    _lives[grant.Id] = lives = [];
                }

                lives.Add(new Life { Id = grant.Id, Ttl = grant.Ttl, Granted = now });
                return null;
            case LeaseRevokeCommand revoke:
                return End(revoke.Id, now, expired: false);
            case LeaseCheckpointCommand record when record.Term == term:
                foreach (var renewed in record.Checkpoints.Where(item => item.Remaining == 0))
                {
                    if (Newest(renewed.Id) is { } life)
                    {
                        life.Epoch++;
                    }
                }

                return null;
            case LeaseExpireCommand expire when expire.Term == term && (expire.Epoch == 0 || Newest(expire.Id)?.Epoch == expire.Epoch):
                return End(expire.Id, now, expired: true);
            default:
                return null;
        }
    }

    /// <summary>Leases with an ID that existed at some time in a span, oldest first.</summary>
    public IReadOnlyList<Life> Within(long id, long from, long to) =>
        _lives.TryGetValue(id, out List<Life>? lives) ? lives.FindAll(life => life.Granted <= to && life.Gone > from) : [];

    private Life? Newest(long id) => _lives.TryGetValue(id, out List<Life>? lives) && lives[^1].Gone == long.MaxValue ? lives[^1] : null;

    private Life? End(long id, long now, bool expired)
    {
        if (Newest(id) is not { } life)
        {
            return null;
        }

        (life.Gone, life.Expired) = (now, expired);
        return life;
    }

    /// <summary>A lease from its grant to its end; an ID may have several in sequence.</summary>
    internal sealed class Life
    {
        public required long Id { get; init; }

        /// <summary>Granted seconds.</summary>
        public required long Ttl { get; init; }

        public required long Granted { get; init; }

        /// <summary>Call time of the last successful renewal.</summary>
        public long Renewed { get; set; }

        public long Gone { get; set; } = long.MaxValue;

        /// <summary>Renewals in the log.</summary>
        public ulong Epoch { get; set; }

        /// <summary>It expired; otherwise a client revoked it.</summary>
        public bool Expired { get; set; }

        public override string ToString() => $"lease {Id} for {Ttl} s, granted at {Granted}, renewed at {Renewed}, gone at {Gone}";
    }
}
