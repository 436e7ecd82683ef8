namespace MetaStore.Batching.Admission;

/// <summary>Where back-pressure stands, at one moment.</summary>
public sealed record AdmissionStats
{
    /// <summary>Credits that ordinary calls may hold together; those in reserve come on top.</summary>
    public required int Limit { get; init; }

    /// <summary>Credits in use, reserved ones included.</summary>
    public required int Held { get; init; }

    /// <summary>Bytes of the commands under way.</summary>
    public required long HeldBytes { get; init; }

    /// <summary>Credits in use by essential calls.</summary>
    public required int HeldEssential { get; init; }

    /// <summary>Calls that wait for a credit.</summary>
    public required int Waiting { get; init; }

    /// <summary>Bytes of their commands.</summary>
    public required long WaitingBytes { get; init; }

    /// <summary>Calls that got a credit since the start, at once or after a wait.</summary>
    public required long TotalAdmitted { get; init; }

    /// <summary>Calls that had to wait since the start, whatever became of them.</summary>
    public required long TotalWaited { get; init; }

    /// <summary>Calls refused since the start, at once or after a wait.</summary>
    public required long TotalRefused { get; init; }

    /// <summary>Connections that hold a credit or wait for one.</summary>
    public required int Connections { get; init; }

    /// <summary>Most credits that one connection holds.</summary>
    public required int MostHeldByOne { get; init; }

    /// <summary>Answered proposals per second, moving average.</summary>
    public required double Rate { get; init; }

    /// <summary>Share of the memory available to the process in use, 0 to 1, at the last look.</summary>
    public required double MemoryLoad { get; init; }
}
