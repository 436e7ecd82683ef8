using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Hosting.Storage;
using MetaStore.Server.Maintenance;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Proposals;
using MetaStore.Server.Reads;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>Composes maintenance: automatic compaction, and the comparison of the members' states.</summary>
internal sealed class MaintenanceServices
{
    private readonly AutoCompactor? _compactor;
    private readonly CorruptionCheck _check;
    private readonly InitialCorruptionCheck? _initial;
    private readonly TimeSpan _checkTime;
    private readonly TimeSpan _patience;
    private Task _running = Task.CompletedTask;

    public MaintenanceServices(
        MetaStoreOptions options, NodeIdentity identity, ReplicatedStateMachine machine, Proposer proposer, ReadDispatcher reads, LeadershipState leadership,
        LeaderChannels channels, MemberToken token, MaintenanceMetrics metrics, ServerLog log)
    {
        _checkTime = options.Upkeep.EffectiveCheckTime;
        if (RuleOf(options.Upkeep) is { } rule)
        {
            _compactor = new AutoCompactor(
                rule, () => machine.Reader.Revision, leadership,
                async revision => await proposer.ProposeAsync(new CompactCommand { Revision = revision }, call: null),
                log, TimeProvider.System);
        }

        var hashes = new MemberHashes(identity.MemberId, machine.Reader, channels, token, metrics, options.Consensus.RequestTimeout);
        IReadOnlyList<ulong> Voters() => [.. machine.Members.Members.Where(member => !member.IsLearner).Select(member => member.Id)];
        _check = new CorruptionCheck(
            identity.MemberId, hashes, Voters, reads.ConfirmAsync, leadership, new CorruptAlarm(machine.Alarms, proposer), log, TimeProvider.System);
        _patience = options.Consensus.RequestTimeout;
        _initial = options.Upkeep.InitialCorruptCheck ? new InitialCorruptionCheck(identity.MemberId, hashes, Voters, log, TimeProvider.System) : null;
    }

    /// <summary>Compares this member's state with the others' before it is served, if configured.</summary>
    /// <returns>The difference; null when there is none.</returns>
    public Task<string?> FaultAtStartAsync(CancellationToken stop) => _initial?.FaultAsync(_patience, stop) ?? Task.FromResult<string?>(null);

    /// <summary>Starts the loops; they end when <paramref name="stop"/> is cancelled.</summary>
    public void Start(CancellationToken stop) => _running = Task.WhenAll(
        _compactor?.RunAsync(stop) ?? Task.CompletedTask,
        _checkTime > TimeSpan.Zero ? _check.RunAsync(_checkTime, stop) : Task.CompletedTask);

    /// <summary>Waits for the loops to end, at most <paramref name="patience"/>.</summary>
    public Task StopAsync(TimeSpan patience) => Task.WhenAny(_running, Task.Delay(patience));

    private static IRetentionPolicy? RuleOf(UpkeepOptions options)
    {
        _ = options.TryReadRetention(out TimeSpan period, out long revisions);
        return revisions > 0 ? new RevisionRetention(revisions)
            : period > TimeSpan.Zero ? new PeriodicRetention(period)
            : null;
    }
}
