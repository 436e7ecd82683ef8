namespace MetaStore.Raft.Runtime.Batching.Admission;

/// <summary>Where back-pressure stands.</summary>
/// <param name="Limit">Credits there are.</param>
/// <param name="Held">Credits in use.</param>
/// <param name="HeldBytes">Bytes of the commands under way.</param>
/// <param name="Waiting">Calls that wait for a credit.</param>
/// <param name="TotalWaited">Calls that had to wait since the start.</param>
/// <param name="TotalRefused">Calls refused since the start.</param>
public readonly record struct AdmissionStats(int Limit, int Held, long HeldBytes, int Waiting, long TotalWaited, long TotalRefused);
