namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>Which segments readers have open, so that the file of none of them is written again.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class SegmentHolds
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, int> _readers = [];
    private ulong _retired;

    /// <summary>Keeps the content of a segment until the result is disposed; call before the file is opened, dispose after it is closed.</summary>
    /// <param name="sequence">Number of the segment.</param>
    /// <returns>Null when the log has given the segment up: its file is gone, or belongs to a later segment.</returns>
    internal IDisposable? TryHold(ulong sequence)
    {
        lock (_gate)
        {
            if (sequence <= _retired)
            {
                return null;
            }

            _readers[sequence] = _readers.GetValueOrDefault(sequence) + 1;
            return new Hold(this, sequence);
        }
    }

    /// <summary>Gives a segment up: nothing can hold it from now on. Segments are given up oldest first.</summary>
    /// <returns>False when a reader has it open: the file may be deleted, which leaves the reader its content, but not be used again.</returns>
    internal bool Retire(ulong sequence)
    {
        lock (_gate)
        {
            _retired = Math.Max(_retired, sequence);
            return !_readers.ContainsKey(sequence);
        }
    }

    private void Release(ulong sequence)
    {
        lock (_gate)
        {
            int left = _readers[sequence] - 1;
            if (left > 0)
            {
                _readers[sequence] = left;
            }
            else
            {
                _readers.Remove(sequence);
            }
        }
    }

    private sealed class Hold(SegmentHolds holds, ulong sequence) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            {
                holds.Release(sequence);
            }
        }
    }
}
