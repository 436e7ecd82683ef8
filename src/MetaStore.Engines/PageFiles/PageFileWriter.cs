using MetaStore.Engines.Paged;

namespace MetaStore.Engines.PageFiles;

/// <summary>Writes pages to new files, and makes them read from there once they are durable.</summary>
internal sealed class PageFileWriter
{
    private readonly PageFolder _folder;
    private readonly List<(Page Page, long Offset, int RecordBytes, uint Checksum)> _written = [];
    private byte[] _record = new byte[Page.SizeMax + (4 << 10)];
    private long _offset;

    private PageFileWriter(PageFolder folder) => _folder = folder;

    /// <param name="folder">Where to.</param>
    /// <param name="pages">Sealed pages, in key order.</param>
    /// <param name="cancellation">Checked once per page.</param>
    /// <returns>The new files.</returns>
    /// <exception cref="IOException">The disk refused. Pages of files that were complete by then are read from them, the others stay as they are.</exception>
    internal static IReadOnlyList<StoredFile> Write(PageFolder folder, IReadOnlyList<Page> pages, CancellationToken cancellation)
    {
        var writer = new PageFileWriter(folder);
        var files = new List<StoredFile>();
        for (var next = 0; next < pages.Count;)
        {
            files.Add(writer.WriteFile(pages, ref next, cancellation));
        }

        return files;
    }

    private StoredFile WriteFile(IReadOnlyList<Page> pages, ref int next, CancellationToken cancellation)
    {
        var number = _folder.NextNumber();
        var temporary = _folder.PathOf(number) + PageFileFormat.TemporaryExtension;
        ReadOnlyMemory<byte> mapped;
        _written.Clear();
        try
        {
            using (var file = _folder.Disk.Open(temporary, IO.DiskOpenMode.Create))
            {
                PageFileFormat.WriteHeader(_record, number);
                file.Write(0, _record.AsSpan(0, PageFileFormat.HeaderBytes));
                _offset = PageFileFormat.HeaderBytes;
                for (; next < pages.Count && (_written.Count == 0 || _offset < _folder.Settings.FileBytesMax); next++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    WriteRecord(file, pages[next], number);
                }

                file.FullSync();
            }

            mapped = _folder.Publish(temporary, number);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            Discard(temporary);
            throw;
        }

        var stored = new StoredFile(number, _offset);
        foreach (var (page, offset, recordBytes, checksum) in _written)
        {
            page.MoveTo(new StoredPage(stored, offset, recordBytes, checksum, mapped.Slice((int)offset + recordBytes - page.ImageBytes, page.ImageBytes)));
        }

        return stored;
    }

    private void WriteRecord(IO.IDiskFile file, Page page, ulong number)
    {
        var image = page.ImageBytes;
        var imageAt = PageFileFormat.RecordHeaderBytes + PageFileFormat.Padded(page.FirstKey.Length);
        if (_record.Length < imageAt + image)
        {
            _record = new byte[imageAt + image];
        }

        var record = _record.AsSpan(0, imageAt + image);
        record[..imageAt].Clear();
        page.FirstKey.CopyTo(record[PageFileFormat.RecordHeaderBytes..]);
        page.CopyImage(record[imageAt..]);
        var checksum = PageFileFormat.WriteRecordHeader(record, page.Count, page.FirstKey.Length, image, number);
        file.Write(_offset, record);
        _written.Add((page, _offset, record.Length, checksum));
        _offset += record.Length;
    }

    private void Discard(string temporary)
    {
        try
        {
            if (_folder.Disk.FileExists(temporary))
            {
                _folder.Disk.Delete(temporary);
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // The first error counts; the next start removes the file.
        }
    }
}
