using MetaStore.Server.Api;
using MetaStore.Server.Applying;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Leasing;
using MetaStore.Server.Observability;
using MetaStore.Server.Reads;
using MetaStore.Server.Upkeep;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Hosting;

/// <summary>Puts together what a member does by itself: compaction, and comparing its state with the others'.</summary>
internal sealed class UpkeepRoom
{
    private readonly AutoCompactor? _compactor;
    private readonly CorruptionCheck _check;
    private readonly TimeSpan _checkTime;
    private Task _running = Task.CompletedTask;

    public UpkeepRoom(
        MetaStoreOptions options, NodeIdentity identity, ReplicatedStateMachine machine, Proposer proposer, ReadDispatcher reads, Leadership leadership,
        LeaderChannels channels, ServerLog log)
    {
        _checkTime = options.Upkeep.CorruptCheckTime;
        if (RuleOf(options.Upkeep) is { } rule)
        {
            _compactor = new AutoCompactor(
                rule, () => machine.Reader.Revision, leadership,
                async revision => await proposer.ProposeAsync(new CompactCommand { Revision = revision }, context: null),
                log, TimeProvider.System);
        }

        var hashes = new MemberHashes(identity.MemberId, machine.Reader, channels, options.Consensus.RequestTimeout);
        _check = new CorruptionCheck(
            identity.MemberId, hashes, () => [.. machine.Members.Members.Where(member => !member.IsLearner).Select(member => member.Id)], reads.ConfirmAsync,
            leadership, new CorruptAlarm(machine.Alarms, proposer), log, TimeProvider.System);
    }

    /// <summary>Begins; everything ends when <paramref name="stop"/> fires.</summary>
    public void Start(CancellationToken stop) => _running = Task.WhenAll(
        _compactor?.RunAsync(stop) ?? Task.CompletedTask,
        _checkTime > TimeSpan.Zero ? _check.RunAsync(_checkTime, stop) : Task.CompletedTask);

    /// <summary>Waits for the end, no longer than <paramref name="patience"/>.</summary>
    public Task StopAsync(TimeSpan patience) => Task.WhenAny(_running, Task.Delay(patience));

    private static ICompactionRule? RuleOf(UpkeepOptions options)
    {
        _ = options.TryReadRetention(out TimeSpan period, out long revisions);
        return revisions > 0 ? new RevisionRule(revisions)
            : period > TimeSpan.Zero ? new PeriodicRule(period)
            : null;
    }
}
