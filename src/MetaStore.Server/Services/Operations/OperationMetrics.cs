using MetaStore.Server.Observability.Instruments;

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

    /// <summary>Writes the metrics. The operations themselves are counted as calls of their methods.</summary>
    public void Write(MetricFamilies text)
    {
        (int streams, int open, int unsent) = Now();
        text.Single("metastore_operation_streams", "gauge", "Open streams of operations.", streams);
        text.Single("metastore_operations_in_flight", "gauge", "Operations on streams without a result.", open);
        text.Single("metastore_operation_results_unsent", "gauge", "Results of operations that are not sent.", unsent);
        text.Single("metastore_operation_requests_total", "counter", "Messages with operations received on streams.", Volatile.Read(ref _requests));
        text.Single("metastore_operations_total", "counter", "Operations in these messages.", Volatile.Read(ref _operations));
        text.Single("metastore_operation_responses_total", "counter", "Messages with results sent on streams.", Volatile.Read(ref _responses));
        text.Single("metastore_operation_results_total", "counter", "Results in these messages.", Volatile.Read(ref _results));
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

    private (int Streams, int Open, int Unsent) Now()
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
