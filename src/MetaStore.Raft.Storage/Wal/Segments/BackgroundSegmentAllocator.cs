using MetaStore.IO;

namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>Prepares the next segment and deletes old ones, on a thread of its own.</summary>
/// <remarks>A full disk is not fatal here: it is reported and tried again every second, while the log still has its current segment.</remarks>
internal sealed class BackgroundSegmentAllocator : ISegmentAllocator
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly WalOptions _options;
    private readonly InlineSegmentAllocator _inline;
    private readonly Queue<string> _deletions = new();
    private readonly Thread _thread;
    private long _wantedBytes;
    private string? _readyPath;
    private long _readyBytes;
    private IOException? _failure;
    private bool _hurried;
    private bool _stopping;

    internal BackgroundSegmentAllocator(WalOptions options)
    {
        _options = options;
        _inline = new InlineSegmentAllocator(options.Disk, options.Directory);
        _thread = new Thread(Run) { Name = "wal-segments", IsBackground = true };
        _thread.Start();
    }

    public void Prepare(long bytes)
    {
        lock (_gate)
        {
            if (_readyPath is null && _wantedBytes < bytes)
            {
                _wantedBytes = bytes;
                Monitor.PulseAll(_gate);
            }
        }
    }

    public string Take(long bytes, out long actualBytes)
    {
        lock (_gate)
        {
            while (_readyPath is null || _readyBytes < bytes)
            {
                ObjectDisposedException.ThrowIf(_stopping, this);
                if (_hurried && _failure is { } failure)
                {
                    throw new IOException($"the next segment cannot be made: {failure.Message}", failure.HResult);
                }

                if (_readyPath is not null)
                {
                    // Too small for a large batch: discard it for a larger one.
                    _deletions.Enqueue(_readyPath);
                    _readyPath = null;
                }

                _wantedBytes = Math.Max(_wantedBytes, bytes);
                Monitor.PulseAll(_gate);
                Monitor.Wait(_gate);
            }

            var path = _readyPath;
            actualBytes = _readyBytes;
            _readyPath = null;
            return path;
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

    public void Delete(IReadOnlyList<string> paths)
    {
        lock (_gate)
        {
            foreach (var path in paths)
            {
                _deletions.Enqueue(path);
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
            while (NextJob(out var deletion, out var bytes))
            {
                if (deletion is not null)
                {
                    _inline.Delete([deletion]);
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

    private bool NextJob(out string? deletion, out long bytes)
    {
        lock (_gate)
        {
            while (!_stopping && _deletions.Count == 0 && _wantedBytes == 0)
            {
                Monitor.Wait(_gate);
            }

            // Requested deletions are finished before the thread ends; a segment that will not be used is not started.
            bytes = _wantedBytes;
            return _deletions.TryDequeue(out deletion) || !_stopping;
        }
    }

    private void Make(long bytes)
    {
        try
        {
            var path = _inline.Take(bytes, out var actualBytes);
            lock (_gate)
            {
                _failure = null;
                _readyPath = path;
                _readyBytes = actualBytes;
                _wantedBytes = _wantedBytes > bytes ? _wantedBytes : 0;
                Monitor.PulseAll(_gate);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var failure = error as IOException ?? new IOException(error.Message, error);
            _options.Observer?.OnPrepareFailed(failure);
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
