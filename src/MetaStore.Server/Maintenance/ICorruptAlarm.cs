namespace MetaStore.Server.Maintenance;

/// <summary>The CORRUPT alarm of single members.</summary>
internal interface ICorruptAlarm
{
    /// <summary>True when it is raised for a member.</summary>
    bool IsRaised(ulong member);

    /// <summary>Raises it, through the log. When that does not work, the next check tries again.</summary>
    Task RaiseAsync(ulong member);
}
