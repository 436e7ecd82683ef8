namespace MetaStore.Engines.PageFiles;

/// <summary>One page that a snapshot consists of.</summary>
/// <param name="File">Position of its file in the table.</param>
/// <param name="Offset">Where its record begins in the file.</param>
/// <param name="RecordBytes">Length of the record.</param>
/// <param name="Entries">Number of entries, deleted ones included.</param>
/// <param name="Checksum">CRC-32C of the record after its header.</param>
/// <param name="Deleted">A bit for each deleted entry, from the lowest; empty for none.</param>
internal readonly record struct TablePage(int File, long Offset, int RecordBytes, int Entries, uint Checksum, ReadOnlyMemory<ulong> Deleted);
