using System.Diagnostics;
using MetaStore.Server.Observability.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace MetaStore.Server.Observability.Traces;

/// <summary>OpenTelemetry's exporter with a log line when batches begin to fail, and one when they are accepted again. Its own errors go to an event source only.</summary>
/// <remarks>Called by the thread of the batches alone.</remarks>
internal sealed class ReportingExporter(OtlpExporterOptions options, string address, ServerLog log) : OtlpTraceExporter(options)
{
    private bool _fails;
    private long _lost;

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Activity> activityBatch)
    {
        ExportResult result = base.Export(activityBatch);
        if (result == ExportResult.Failure)
        {
            _lost += activityBatch.Count;
            if (!_fails)
            {
                _fails = true;
                log.TracesNotSent(address, activityBatch.Count);
            }
        }
        else if (_fails)
        {
            log.TracesSentAgain(address, _lost);
            _fails = false;
            _lost = 0;
        }

        return result;
    }
}
