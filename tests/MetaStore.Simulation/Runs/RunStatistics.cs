using MetaStore.Simulation.Checkers;

namespace MetaStore.Simulation.Runs;

/// <summary>Statistics of a run, or of many: a run without events proves nothing.</summary>
internal sealed class RunStatistics
{
    public long Seeds { get; set; }

    public long Events { get; set; }

    /// <summary>Virtual time in 100 ns.</summary>
    public long VirtualTime { get; set; }

    public long Elections { get; set; }

    public long Commits { get; set; }

    public long Writes { get; set; }

    public long Reads { get; set; }

    public long Unknown { get; set; }

    /// <summary>Writes that a node has refused: they certainly have no effect.</summary>
    public long Refused { get; set; }

    /// <summary>Writes that a node has given up without knowing their outcome.</summary>
    public long TimedOut { get; set; }

    public long Starts { get; set; }

    public long Faults { get; set; }

    public long Snapshots { get; set; }

    public long MembershipChanges { get; set; }

    /// <summary>Leases that expired.</summary>
    public long Expiries { get; set; }

    /// <summary>Times that a client held a lock.</summary>
    public long Locks { get; set; }

    /// <summary>Events received by watches.</summary>
    public long WatchEvents { get; set; }

    /// <summary>Renewals that succeeded.</summary>
    public long Renewals { get; set; }

    /// <summary>Times that a node read entries back from its log's files.</summary>
    public long LogLoads { get; set; }

    /// <summary>Page files written.</summary>
    public long PageFiles { get; set; }

    public void Count(Operation operation)
    {
        if (operation.Outcome == Outcome.Done)
        {
            Writes += operation.IsRead ? 0 : 1;
            Reads += operation.IsRead ? 1 : 0;
        }
        else
        {
            Unknown += operation.Outcome == Outcome.Unknown ? 1 : 0;
        }
    }

    public void Add(RunStatistics other)
    {
        Seeds += other.Seeds;
        Events += other.Events;
        VirtualTime += other.VirtualTime;
        Elections += other.Elections;
        Commits += other.Commits;
        Writes += other.Writes;
        Reads += other.Reads;
        Unknown += other.Unknown;
        Refused += other.Refused;
        TimedOut += other.TimedOut;
        Starts += other.Starts;
        Faults += other.Faults;
        Snapshots += other.Snapshots;
        MembershipChanges += other.MembershipChanges;
        Expiries += other.Expiries;
        Renewals += other.Renewals;
        WatchEvents += other.WatchEvents;
        Locks += other.Locks;
        LogLoads += other.LogLoads;
        PageFiles += other.PageFiles;
    }

    public override string ToString() =>
        $"{Seeds} seeds, {VirtualTime / (double)TimeSpan.TicksPerHour:F1} virtual hours, {Events:N0} events; {Writes:N0} writes and {Reads:N0} reads answered, "
        + $"{Unknown:N0} unknown, {Refused:N0} refused by a node and {TimedOut:N0} given up by one; {Elections:N0} elections, {Starts:N0} starts, {Faults:N0} faults, {Snapshots:N0} snapshots installed, {MembershipChanges:N0} membership changes, "
        + $"{Renewals:N0} leases renewed, {Expiries:N0} run out, {Locks:N0} locks held, {WatchEvents:N0} watch events, {LogLoads:N0} reads of the log's files, {PageFiles:N0} page files";
}
