using MetaStore.IO;

namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>Prepares the next segment and puts old ones aside, on a thread of its own.</summary>
/// <remarks>A full disk is not fatal here: it is reported and tried again every second, while the log still has its current segment.</remarks>
internal sealed class BackgroundSegmentAllocator : ISegmentAllocator
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly WalOptions _options;
    private readonly InlineSegmentAllocator _inline;
    private readonly Queue<WalSegment> _retired = new();
    private readonly Thread _thread;
    private long _wantedBytes;
    private SegmentSpace? _ready;
    private SegmentSpace? _tooSmall;
    private IOException? _failure;
    private bool _hurried;
    private bool _stopping;

    internal BackgroundSegmentAllocator(WalOptions options)
    {
        _options = options;
        _inline = new InlineSegmentAllocator(options);
        _thread = new Thread(Run) { Name = "wal-segments", IsBackground = true };
        _thread.Start();
    }

    public SpareSegments Spares => _inline.Spares;

    public void Prepare(long bytes)
    {
        lock (_gate)
        {
            if (_ready is null && _wantedBytes < bytes)
            {
                _wantedBytes = bytes;
                Monitor.PulseAll(_gate);
            }
        }
    }

    public SegmentSpace Take(long bytes)
    {
        lock (_gate)
        {
            while (_ready is null || _ready.Bytes < bytes)
            {
                ObjectDisposedException.ThrowIf(_stopping, this);
                if (_hurried && _failure is { } failure)
                {
                    throw new IOException($"the next segment cannot be made: {failure.Message}", failure.HResult);
                }

                if (_ready is not null)
                {
                    // Too small for a large batch: discard it for a larger one.
                    (_tooSmall, _ready) = (_ready, null);
                }

                _wantedBytes = Math.Max(_wantedBytes, bytes);
                Monitor.PulseAll(_gate);
                Monitor.Wait(_gate);
            }

            var space = _ready;
            _ready = null;
            return space;
        }
    }

    public void CancelWait()
    {
        lock (_gate)
        {
            _hurried = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void Retire(IReadOnlyList<WalSegment> segments)
    {
        lock (_gate)
        {
            foreach (var segment in segments)
            {
                _retired.Enqueue(segment);
            }

            Monitor.PulseAll(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    private void Run()
    {
        try
        {
            while (NextJob(out var retired, out var tooSmall, out var bytes))
            {
                if (retired is not null)
                {
                    _inline.Retire([retired]);
                }
                else if (tooSmall is not null)
                {
                    _options.Disk.Delete(tooSmall.Path);
                }
                else
                {
                    Make(bytes);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _options.Fatal.OnFatal(ExitCodes.IoError, $"write-ahead log {_options.Directory}: deleting a segment failed: {error.Message}");
        }
        catch (Exception unexpected)
        {
            // Without this thread the log would wait for its next segment forever.
            _options.Fatal.OnFatal(ExitCodes.InvariantBroken, $"write-ahead log {_options.Directory}: segments: {unexpected}");
        }
    }

    private bool NextJob(out WalSegment? retired, out SegmentSpace? tooSmall, out long bytes)
    {
        lock (_gate)
        {
            while (!_stopping && _retired.Count == 0 && _tooSmall is null && _wantedBytes == 0)
            {
                Monitor.Wait(_gate);
            }

            // What was retired is put aside before the thread ends; a segment that will not be used is not started.
            bytes = _wantedBytes;
            tooSmall = null;
            if (!_retired.TryDequeue(out retired))
            {
                (tooSmall, _tooSmall) = (_tooSmall, null);
            }

            return retired is not null || tooSmall is not null || !_stopping;
        }
    }

    private void Make(long bytes)
    {
        try
        {
            var space = _inline.Take(bytes);
            lock (_gate)
            {
                _failure = null;
                _ready = space;
                _wantedBytes = _wantedBytes > bytes ? _wantedBytes : 0;
                Monitor.PulseAll(_gate);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var failure = error as IOException ?? new IOException(error.Message, error);
            _options.Observer?.OnPrepareFailed(failure);

            // Spares of another length take the space that a large segment needs.
            Spares.Release();
            lock (_gate)
            {
                _failure = failure;
                Monitor.PulseAll(_gate);
                if (!_stopping)
                {
                    Monitor.Wait(_gate, RetryDelay);
                }
            }
        }
    }
}
