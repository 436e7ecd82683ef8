namespace MetaStore.Simulation.Faults;

/// <summary>What can go wrong; each seed draws which of them do.</summary>
internal enum FaultKind
{
    /// <summary>A process is killed; its page cache survives.</summary>
    Kill = 0,

    /// <summary>A machine loses power, now or in the middle of a disk operation.</summary>
    PowerCut = 1,

    /// <summary>All machines lose power at once.</summary>
    PowerCutOfAll = 2,

    /// <summary>A process stands still; messages and ticks pile up.</summary>
    Pause = 3,

    /// <summary>The nodes fall into two groups that do not hear each other.</summary>
    Split = 4,

    /// <summary>One node hears nobody, or nobody hears it, or both.</summary>
    Isolate = 5,

    /// <summary>Two groups that only one node connects.</summary>
    Bridge = 6,

    /// <summary>Each node hears its neighbours only.</summary>
    Ring = 7,

    /// <summary>Random single directions between nodes are cut.</summary>
    CutDirections = 8,

    /// <summary>Links stop one after the other and come back in another order.</summary>
    Swizzle = 9,

    /// <summary>The leader is cut off from the voters.</summary>
    LoseLeader = 10,

    /// <summary>For a while much more is lost, delayed and doubled.</summary>
    BadWeather = 11,

    /// <summary>A sync fails; the process ends and comes back.</summary>
    SyncError = 12,

    /// <summary>A node's syncs take very long for a while.</summary>
    SlowDisk = 13,

    /// <summary>Bits of a log or snapshot of a minority change while the node is down.</summary>
    BitRot = 14,

    /// <summary>Somebody asks for another leader.</summary>
    Transfer = 15,

    /// <summary>Somebody makes a node campaign.</summary>
    Campaign = 16,

    /// <summary>Somebody asks for another membership.</summary>
    Membership = 17,

    /// <summary>A wall clock jumps.</summary>
    WallClock = 18,

    /// <summary>A node is started on another node's disk by mistake.</summary>
    WrongDisk = 19,

    /// <summary>Batching is set anew on a running node.</summary>
    Rebatch = 20,

    /// <summary>A node is sent what no correct node sends.</summary>
    HostileMessages = 21,
}
