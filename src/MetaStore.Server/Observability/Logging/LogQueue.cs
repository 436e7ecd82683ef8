namespace MetaStore.Server.Observability.Logging;

/// <summary>Queue of log lines, written to a stream by a separate thread, so that logging never waits for the reader of the log.</summary>
/// <remarks>Bounded: while the reader does not keep up, lines are dropped and the next line written gives their number.</remarks>
internal sealed class LogQueue : IDisposable
{
    private const int BytesMax = 4 << 20;

    private readonly object _gate = new();
    private readonly Stream _target;
    private readonly Func<long, byte[]> _lost;
    private readonly Thread _thread;
    private Queue<byte[]> _waiting = new();
    private Queue<byte[]> _taken = new();
    private long _bytes;
    private long _lostLines;
    private long _lostEver;
    private bool _writes;
    private bool _stopped;

    /// <param name="target">Written to by one thread; owned by the caller.</param>
    /// <param name="lost">Formats the line with the number of dropped lines.</param>
    public LogQueue(Stream target, Func<long, byte[]> lost)
    {
        _target = target;
        _lost = lost;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Lines that were dropped or could not be written, since the start.</summary>
    public long Lost => Interlocked.Read(ref _lostEver);

    /// <summary>Adds a line, or drops it when the queue is full.</summary>
    public void Add(byte[] line)
    {
        lock (_gate)
        {
            if (_stopped || _bytes + line.Length > BytesMax)
            {
                CountLost();
                return;
            }

            _bytes += line.Length;
            _waiting.Enqueue(line);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until everything added so far is written, at most <paramref name="patience"/>.</summary>
    public void Flush(TimeSpan patience)
    {
        long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        lock (_gate)
        {
            while ((_waiting.Count > 0 || _writes) && end - Environment.TickCount64 is var left and > 0)
            {
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(left));
            }
        }
    }

    /// <summary>Writes the remaining lines, for two seconds at most, and ends the thread.</summary>
    public void Dispose()
    {
        Flush(TimeSpan.FromSeconds(2));
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        while (Take() is { } lost)
        {
            if (lost > 0 && !TryWrite(_lost(lost)))
            {
                // A later line gives their number.
                lock (_gate)
                {
                    _lostLines += lost;
                }
            }

            while (_taken.TryDequeue(out byte[]? line))
            {
                if (!TryWrite(line))
                {
                    lock (_gate)
                    {
                        CountLost();
                    }
                }
            }
        }
    }

    /// <summary>Waits for lines.</summary>
    /// <returns>The number of lines dropped before them; null when the queue was stopped and is empty.</returns>
    private long? Take()
    {
        lock (_gate)
        {
            _writes = false;
            Monitor.PulseAll(_gate);
            while (_waiting.Count == 0)
            {
                if (_stopped)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            (_waiting, _taken) = (_taken, _waiting);
            _writes = true;
            _bytes = 0;
            long lost = _lostLines;
            _lostLines = 0;
            return lost;
        }
    }

    /// <summary>Writes one line; false when the output has failed, which can only be reported as dropped lines.</summary>
    private bool TryWrite(byte[] line)
    {
        try
        {
            _target.Write(line);
            return true;
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void CountLost()
    {
        _lostLines++;
        Interlocked.Increment(ref _lostEver);
    }
}
