namespace MetaStore.Batching.Admission;

/// <summary>Statistics of admission, at one time.</summary>
public sealed record AdmissionStats
{
    /// <summary>Credits that ordinary calls may hold together, excluding the reserved ones.</summary>
    public required int Limit { get; init; }

    /// <summary>Credits in use, including reserved ones.</summary>
    public required int Held { get; init; }

    /// <summary>Bytes of the commands in flight.</summary>
    public required long HeldBytes { get; init; }

    /// <summary>Credits in use by essential calls.</summary>
    public required int HeldEssential { get; init; }

    /// <summary>Calls waiting for a credit.</summary>
    public required int Waiting { get; init; }

    /// <summary>Bytes of the waiting commands.</summary>
    public required long WaitingBytes { get; init; }

    /// <summary>Calls that got a credit since the start, immediately or after waiting.</summary>
    public required long TotalAdmitted { get; init; }

    /// <summary>Calls that had to wait since the start, successful or not.</summary>
    public required long TotalWaited { get; init; }

    /// <summary>Calls rejected since the start, immediately or after waiting.</summary>
    public required long TotalRefused { get; init; }

    /// <summary>Connections that hold or wait for a credit.</summary>
    public required int Connections { get; init; }

    /// <summary>Largest number of credits held by one connection.</summary>
    public required int MostHeldByOne { get; init; }

    /// <summary>Completed proposals per second, moving average.</summary>
    public required double Rate { get; init; }

    /// <summary>Fraction of the available memory in use, 0 to 1, at the last check.</summary>
    public required double MemoryLoad { get; init; }
}
