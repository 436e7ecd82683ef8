using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Services.Operations;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Metrics of metastore.v1.Operations/Run. The operations themselves are counted as calls of their methods.</summary>
internal static class OperationStreamMetrics
{
    /// <summary>Writes them.</summary>
    public static void Write(MetricFamilies text, OperationMetrics metrics)
    {
        (int streams, int open, int unsent) = metrics.Now;
        text.Single("metastore_operation_streams", "gauge", "Open streams of operations.", streams);
        text.Single("metastore_operations_in_flight", "gauge", "Operations on streams without a result.", open);
        text.Single("metastore_operation_results_unsent", "gauge", "Results of operations that are not sent.", unsent);
        text.Single("metastore_operation_requests_total", "counter", "Messages with operations received on streams.", metrics.Requests);
        text.Single("metastore_operations_total", "counter", "Operations in these messages.", metrics.Operations);
        text.Single("metastore_operation_responses_total", "counter", "Messages with results sent on streams.", metrics.Responses);
        text.Single("metastore_operation_results_total", "counter", "Results in these messages.", metrics.Results);
    }
}
