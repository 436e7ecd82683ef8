namespace MetaStore.StateMachine.Alarms;

/// <summary>One raised alarm.</summary>
/// <param name="Member">The member it concerns.</param>
/// <param name="Kind">What is wrong there.</param>
public readonly record struct AlarmRecord(ulong Member, AlarmKind Kind);
