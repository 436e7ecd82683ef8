namespace MetaStore.Server.Watch.Sending;

/// <summary>The client of a stream has read nothing for long while other streams wait for the budget: its stream is to be reset.</summary>
internal sealed class SlowReaderException : Exception;
