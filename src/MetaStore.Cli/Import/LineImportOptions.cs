using MetaStore.Client;

namespace MetaStore.Cli.Import;

/// <summary>What an import does with lines.</summary>
/// <param name="Prefix">Put before every key; may be empty.</param>
/// <param name="FromLine">The first line to put; earlier ones are read only. At least 1.</param>
/// <param name="Concurrency">Calls in flight; at least 1.</param>
/// <param name="SkipsLeased">Leaves out keys that had a lease, in place of importing them without one.</param>
internal sealed record LineImportOptions(Bytes Prefix, long FromLine, int Concurrency, bool SkipsLeased);
