namespace MetaStore.Engines.Paged;

/// <summary>A page in a file, durable and unchangeable.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Where its record begins.</param>
/// <param name="RecordBytes">Length of the record.</param>
/// <param name="Checksum">CRC-32C of the record after its header.</param>
/// <param name="Image">Its entries and slots: a part of the mapped file, which it keeps mapped.</param>
internal sealed record StoredPage(StoredFile File, long Offset, int RecordBytes, uint Checksum, ReadOnlyMemory<byte> Image);
