using MetaStore.IO;

namespace MetaStore.Raft.Storage.Wal.Verification;

/// <summary>Result of checking a log.</summary>
/// <param name="ExitCode">0, or what a node would end with on this log (see <see cref="ExitCodes"/>).</param>
/// <param name="Summary">One line for the operator.</param>
public sealed record WalVerification(int ExitCode, string Summary);
