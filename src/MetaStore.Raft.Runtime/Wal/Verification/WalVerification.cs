namespace MetaStore.Raft.Runtime.Wal.Verification;

/// <summary>What a check of a log found.</summary>
/// <param name="ExitCode">0, or what a node would end with on this log (see <see cref="Native.ExitCodes"/>).</param>
/// <param name="Summary">One line for the operator.</param>
public sealed record WalVerification(int ExitCode, string Summary);
