using MetaStore.Engines.Paged;

namespace MetaStore.Engines.PageFiles;

/// <summary>How many bytes of full pages stay in memory between two checkpoints.</summary>
/// <remarks>
/// What compaction removes before the next checkpoint is better not written at all. So when less than half of what was written early is
/// still used at the checkpoint, twice as much stays in memory from then on; when more than three quarters are, as in a state that only
/// grows, it is as at first. Thread: that of the checkpoints.
/// </remarks>
/// <param name="bytes">At first.</param>
internal sealed class EarlyPages(long bytes)
{
    private const int FactorMax = 4;

    private readonly List<StoredFile> _written = [];
    private int _factor = 1;

    /// <summary>Fewer bytes stay in memory.</summary>
    internal long BytesMin => bytes * _factor;

    /// <summary>Files that were written before a checkpoint asked for it.</summary>
    internal void Add(IReadOnlyList<StoredFile> files) => _written.AddRange(files);

    /// <summary>At a checkpoint.</summary>
    /// <param name="used">Bytes of each file that are still used.</param>
    internal void Learn(IReadOnlyDictionary<StoredFile, long> used)
    {
        var total = _written.Sum(file => file.Bytes);
        var left = _written.Sum(file => used.GetValueOrDefault(file));
        if (total > 0 && left < total / 2)
        {
            _factor = Math.Min(_factor * 2, FactorMax);
        }
        else if (total > 0 && left > total / 4 * 3)
        {
            _factor = 1;
        }

        _written.Clear();
    }
}
