namespace MetaStore.Server.Auth.Audit;

/// <summary>A call as the audit log shows it. Never holds a value, a password or a token.</summary>
/// <param name="Time">End of the call, UTC.</param>
/// <param name="Remote">Address that it came from.</param>
/// <param name="CommonName">Name in the client's certificate; null without one.</param>
/// <param name="User">Who made it; empty when that is not known, and while auth is off.</param>
/// <param name="Call">Path of the method.</param>
/// <param name="Target">What it was about: the request without its secrets and cut.</param>
/// <param name="Result">Name of the status code.</param>
/// <param name="Message">Text of the status; empty for OK.</param>
/// <param name="AuthRevision">Of this member's state at the end of the call.</param>
/// <param name="Count">How many such calls; above 1 for refusals that were counted.</param>
internal readonly record struct AuditEntry(
    DateTime Time, string Remote, string? CommonName, string User, string Call, string Target, string Result, string Message, ulong AuthRevision, long Count);
