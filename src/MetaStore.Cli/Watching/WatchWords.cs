using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Watching;

/// <summary>The arguments of a watch.</summary>
/// <param name="Request">What to watch.</param>
/// <param name="Program">Program and arguments to run for each change; empty for none.</param>
internal sealed record WatchWords(WatchCreateRequest Request, string[] Program);
