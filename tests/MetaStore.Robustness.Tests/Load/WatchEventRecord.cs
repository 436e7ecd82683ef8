namespace MetaStore.Robustness.Tests.Load;

/// <summary>One event as received by a watcher.</summary>
internal sealed record WatchEventRecord(long Revision, string Key, string Value);
