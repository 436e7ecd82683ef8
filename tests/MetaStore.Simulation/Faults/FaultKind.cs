namespace MetaStore.Simulation.Faults;

/// <summary>Kinds of faults; each seed draws which of them occur.</summary>
internal enum FaultKind
{
    /// <summary>A process is killed; its page cache survives.</summary>
    Kill = 0,

    /// <summary>A machine loses power, now or in the middle of a disk operation.</summary>
    PowerCut = 1,

    /// <summary>All machines lose power at once.</summary>
    PowerCutOfAll = 2,

    /// <summary>A process is stopped; messages and ticks queue up.</summary>
    Pause = 3,

    /// <summary>The nodes are split into two groups that cannot communicate.</summary>
    Split = 4,

    /// <summary>One node receives nothing, or its messages reach no other, or both.</summary>
    Isolate = 5,

    /// <summary>Two groups that only one node connects.</summary>
    Bridge = 6,

    /// <summary>Each node reaches its neighbours only.</summary>
    Ring = 7,

    /// <summary>Random single directions between nodes are cut.</summary>
    CutDirections = 8,

    /// <summary>Links stop one after the other and recover in another order.</summary>
    Swizzle = 9,

    /// <summary>The leader is cut off from the voters.</summary>
    LoseLeader = 10,

    /// <summary>For a while many more messages are lost, delayed and duplicated.</summary>
    BadWeather = 11,

    /// <summary>A sync fails; the process ends and restarts.</summary>
    SyncError = 12,

    /// <summary>A node's syncs take very long for a while.</summary>
    SlowDisk = 13,

    /// <summary>Bits of a log or snapshot of a minority change while the node is down.</summary>
    BitRot = 14,

    /// <summary>A leadership transfer is requested.</summary>
    Transfer = 15,

    /// <summary>A node is made to campaign.</summary>
    Campaign = 16,

    /// <summary>A membership change is requested.</summary>
    Membership = 17,

    /// <summary>A wall clock jumps.</summary>
    WallClock = 18,

    /// <summary>A node is started on another node's disk by mistake.</summary>
    WrongDisk = 19,

    /// <summary>The batching settings of a running node are changed.</summary>
    Rebatch = 20,

    /// <summary>A node receives messages that no correct node sends.</summary>
    HostileMessages = 21,
}
