namespace MetaStore.Server.Watch.Sending;

/// <summary>The client of a stream took nothing for long while other streams waited for room: its stream is to be reset.</summary>
internal sealed class SlowReaderException : Exception;
