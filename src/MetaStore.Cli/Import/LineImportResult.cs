namespace MetaStore.Cli.Import;

/// <summary>What an import of lines did.</summary>
/// <param name="Keys">Keys put.</param>
/// <param name="Leased">Those among them that had a lease, and have none now.</param>
/// <param name="Skipped">Keys left out because they had a lease.</param>
internal sealed record LineImportResult(long Keys, long Leased, long Skipped);
