using MetaStore.Engines.Checkpoints;
using MetaStore.Engines.Memory;

namespace MetaStore.Engines.PageFiles;

/// <summary>Reads what <see cref="PagedCheckpointWriter"/> wrote: pages and entries, merged by key.</summary>
internal sealed class PagedCheckpointReader
{
    private readonly MemoryMaps _maps;
    private readonly PageTable _table;
    private readonly PageFileReader _files;
    private byte[] _lastKey = [];
    private int _lastLength = -1;
    private int _next;
    private Paged.PageView? _ahead;

    private PagedCheckpointReader(MemoryMaps maps, PageTable table, PageFileReader files) => (_maps, _table, _files) = (maps, table, files);

    /// <exception cref="EngineException">Anything is damaged, missing or out of order.</exception>
    internal static MemoryMaps Read(PageFolder folder, Stream source, CancellationToken cancellation)
    {
        var table = PageTable.Read(source);
        using var files = new PageFileReader(folder, table);
        var reader = new PagedCheckpointReader(new MemoryMaps(folder.Settings.PageBytes), table, files);
        CheckpointReader.Read(source, reader.Add, cancellation);
        reader.AddPagesBelow([], isEnd: true);
        folder.UseOnly(table.Files);
        return reader._maps;
    }

    private void Add(Bucket bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (bucket == Bucket.Revisions)
        {
            AddPagesBelow(key, isEnd: false);
            Require(key, "an entry");
            _lastLength = key.Length;
            if (_lastKey.Length < key.Length)
            {
                _lastKey = new byte[key.Length * 2];
            }

            key.CopyTo(_lastKey);
        }

        _maps.Put(bucket, key, value);
    }

    private void AddPagesBelow(ReadOnlySpan<byte> key, bool isEnd)
    {
        while (_ahead is not null || _next < _table.Pages.Count)
        {
            var view = _ahead ??= _files.Read(_next++);
            if (!isEnd && view.Page.FirstKey.AsSpan().SequenceCompareTo(key) > 0)
            {
                return;
            }

            Require(view.Page.FirstKey, "a page");
            _maps.AddStored(view);
            _lastLength = view.Page.CopyKey(view.Count - 1, ref _lastKey);
            _ahead = null;
        }
    }

    private void Require(ReadOnlySpan<byte> key, string what)
    {
        if (_lastLength >= 0 && key.SequenceCompareTo(_lastKey.AsSpan(0, _lastLength)) <= 0)
        {
            throw new EngineException($"checkpoint damaged: {what} is out of order with the pages before it");
        }
    }
}
