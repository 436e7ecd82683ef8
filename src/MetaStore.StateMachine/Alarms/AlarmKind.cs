namespace MetaStore.StateMachine.Alarms;

/// <summary>Kinds of alarms; numbers as in etcd's proto.</summary>
public enum AlarmKind : byte
{
    /// <summary>No kind: a wildcard when listing.</summary>
    None = 0,

    /// <summary>A member is over its space quota: writes that need space are refused.</summary>
    NoSpace = 1,

    /// <summary>A member's data differs from the others: writes are refused.</summary>
    Corrupt = 2,
}
