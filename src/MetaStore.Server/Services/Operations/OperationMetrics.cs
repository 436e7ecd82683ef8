namespace MetaStore.Server.Services.Operations;

/// <summary>Figures of the streams of operations of this member. Counted per message; what is open is counted when it is asked for.</summary>
internal sealed class OperationMetrics
{
    private readonly Lock _gate = new();
    private readonly HashSet<OperationStream> _streams = [];
    private long _requests;
    private long _operations;
    private long _responses;
    private long _results;

    /// <summary>Messages with operations that were received.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Operations in them.</summary>
    public long Operations => Volatile.Read(ref _operations);

    /// <summary>Messages with results that were sent.</summary>
    public long Responses => Volatile.Read(ref _responses);

    /// <summary>Results in them.</summary>
    public long Results => Volatile.Read(ref _results);

    /// <summary>Open streams, their operations without a result, and their results that are not sent.</summary>
    public (int Streams, int Open, int Unsent) Now
    {
        get
        {
            lock (_gate)
            {
                (int open, int unsent) = (0, 0);
                foreach (OperationStream stream in _streams)
                {
                    (int ofStream, int waiting) = stream.Counts;
                    open += ofStream;
                    unsent += waiting;
                }

                return (_streams.Count, open, unsent);
            }
        }
    }

    /// <summary>A stream is open.</summary>
    public void Add(OperationStream stream)
    {
        lock (_gate)
        {
            _streams.Add(stream);
        }
    }

    /// <summary>It has ended.</summary>
    public void Remove(OperationStream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream);
        }
    }

    /// <summary>A message has come.</summary>
    public void OnReceived(int operations)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _operations, operations);
    }

    /// <summary>A message was sent; without results it is not counted.</summary>
    public void OnSent(int results)
    {
        if (results > 0)
        {
            Interlocked.Increment(ref _responses);
            Interlocked.Add(ref _results, results);
        }
    }
}
