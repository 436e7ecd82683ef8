namespace MetaStore.Robustness.Tests.Load;

/// <summary>One event as a watcher saw it.</summary>
internal sealed record WatchEventRecord(long Revision, string Key, string Value);
