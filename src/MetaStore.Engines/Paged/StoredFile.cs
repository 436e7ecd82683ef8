namespace MetaStore.Engines.Paged;

/// <summary>A file of pages: its number and its length in bytes.</summary>
internal sealed record StoredFile(ulong Number, long Bytes);
