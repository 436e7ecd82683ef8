namespace MetaStore.StateMachine.Alarms;

/// <summary>What an alarm command does; numbers as in etcd's proto.</summary>
public enum AlarmAction : byte
{
    /// <summary>Lists.</summary>
    Get = 0,

    /// <summary>Raises; raising again is no change.</summary>
    Activate = 1,

    /// <summary>Clears; clearing what is not raised is no change.</summary>
    Deactivate = 2,
}
