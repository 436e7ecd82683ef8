namespace MetaStore.Server.Maintenance;

/// <summary>The CORRUPT alarm of individual members.</summary>
internal interface ICorruptAlarm
{
    /// <summary>True when it is raised for a member.</summary>
    bool IsRaised(ulong member);

    /// <summary>Raises it through the log. If that fails, the next check retries.</summary>
    Task RaiseAsync(ulong member);
}
