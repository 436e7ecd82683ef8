using MetaStore.Engines.Paged;
using MetaStore.IO;

namespace MetaStore.Engines.PageFiles;

/// <summary>Opens the pages that a table names. Every byte of them is read and checked; only then are they read from the mapped file.</summary>
internal sealed class PageFileReader(PageFolder folder, PageTable table) : IDisposable
{
    private readonly Dictionary<int, (IDiskFile File, ReadOnlyMemory<byte> Mapped)> _open = [];
    private byte[] _record = [];

    /// <summary>Reads a page.</summary>
    /// <exception cref="EngineException">Its file is missing, of another length, or damaged; or the disk refused.</exception>
    internal PageView Read(int index)
    {
        var page = table.Pages[index];
        var stored = table.Files[page.File];
        try
        {
            var (file, mapped) = Open(page.File, stored);
            var record = Read(file, page);
            if (PageFileFormat.Fault(record, stored.Number, page, out var keyLength) is { } fault)
            {
                throw Damaged(stored, page.Offset, fault);
            }

            var imageAt = PageFileFormat.RecordHeaderBytes + PageFileFormat.Padded(keyLength);
            var key = record.Slice(PageFileFormat.RecordHeaderBytes, keyLength);
            if (PageCheck.Fault(key, record[imageAt..], page.Entries) is { } broken)
            {
                throw Damaged(stored, page.Offset, broken);
            }

            var image = mapped.Slice((int)page.Offset + imageAt, record.Length - imageAt);
            var place = new StoredPage(stored, page.Offset, page.RecordBytes, page.Checksum, image);
            return new PageView(new Page(key.ToArray(), place, page.Entries), page.Deleted.Span);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EngineException($"page file {folder.PathOf(stored.Number)} is missing", missing);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(EngineFault.Io, $"page file {folder.PathOf(stored.Number)} cannot be read: {refused.Message}", refused);
        }
    }

    /// <summary>Closes the files; what is mapped stays.</summary>
    public void Dispose()
    {
        foreach (var (file, _) in _open.Values)
        {
            file.Dispose();
        }
    }

    private ReadOnlySpan<byte> Read(IDiskFile file, in TablePage page)
    {
        if (_record.Length < page.RecordBytes)
        {
            _record = new byte[page.RecordBytes];
        }

        var record = _record.AsSpan(0, page.RecordBytes);
        return file.Read(page.Offset, record) == record.Length ? record : throw new IOException($"'{file.Path}' ended while it was read");
    }

    private (IDiskFile File, ReadOnlyMemory<byte> Mapped) Open(int index, StoredFile stored)
    {
        if (_open.TryGetValue(index, out var open))
        {
            return open;
        }

        var path = folder.PathOf(stored.Number);
        var file = folder.Disk.Open(path, DiskOpenMode.Read);
        try
        {
            if (file.Length != stored.Bytes || stored.Bytes > int.MaxValue)
            {
                throw Damaged(stored, 0, $"it has {file.Length} bytes and not {stored.Bytes}");
            }

            Span<byte> header = stackalloc byte[PageFileFormat.HeaderBytes];
            file.Read(0, header);
            if (PageFileFormat.Fault(header, stored.Number) is { } fault)
            {
                throw Damaged(stored, 0, fault);
            }

            return _open[index] = (file, folder.Map(stored.Number));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private EngineException Damaged(StoredFile file, long offset, string why) => new($"page file {folder.PathOf(file.Number)} damaged at byte {offset}: {why}");
}
