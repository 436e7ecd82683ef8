using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Watching;

/// <summary>A watch as a person wrote it.</summary>
/// <param name="Request">What to watch.</param>
/// <param name="Program">What to run for each change: program and arguments; empty for nothing.</param>
internal sealed record WatchWords(WatchCreateRequest Request, string[] Program);
