using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Maintenance;

/// <summary>The CORRUPT alarm in the replicated state.</summary>
internal sealed class CorruptAlarm(AlarmStore alarms, Proposer proposer) : ICorruptAlarm
{
    /// <inheritdoc/>
    public bool IsRaised(ulong member) => alarms.Raised.Contains(new AlarmRecord(member, AlarmKind.Corrupt));

    /// <inheritdoc/>
    public async Task RaiseAsync(ulong member) =>
        await proposer.ProposeAsync(new AlarmCommand { Action = AlarmAction.Activate, Kind = AlarmKind.Corrupt, Member = member }, call: null);
}
