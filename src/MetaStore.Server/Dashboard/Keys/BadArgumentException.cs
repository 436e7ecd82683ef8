namespace MetaStore.Server.Dashboard.Keys;

/// <summary>A request of the dashboard that cannot be answered; the message says why, to who made it.</summary>
internal sealed class BadArgumentException(string message) : Exception(message);
