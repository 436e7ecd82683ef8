namespace MetaStore.Server.Dashboard.Keys;

/// <summary>An invalid request to the dashboard; the message is sent to the client.</summary>
internal sealed class BadArgumentException(string message) : Exception(message);
