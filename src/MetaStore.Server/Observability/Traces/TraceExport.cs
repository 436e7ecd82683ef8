using System.Diagnostics;
using System.Globalization;
using MetaStore.Server.Configuration.Options.Tracing;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Observability.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MetaStore.Server.Observability.Traces;

/// <summary>Sends a member's spans to the collector of <c>--distributed-tracing-address</c>, by OTLP over gRPC, from a thread of its own.</summary>
/// <remarks>
/// Spans wait in a queue of 2,048; with a full queue new ones are dropped, and no call waits. A batch is sent after 5 s or 512 spans, and a try takes
/// 10 s at most: the defaults of OpenTelemetry's specification.
/// </remarks>
internal sealed class TraceExport : IDisposable
{
    /// <summary>Longest wait for the last spans when the member stops.</summary>
    public static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(2);

    private readonly TracerProvider _provider;

    /// <summary>Starts to listen; the collector is connected to with the first batch.</summary>
    /// <param name="options">Enabled, with a checked address.</param>
    /// <param name="source">The member's.</param>
    /// <param name="memberId">Attribute of all its spans.</param>
    /// <param name="memberName">The same.</param>
    /// <param name="log">Gets a line when the collector stops or begins to take spans.</param>
    public TraceExport(TracingOptions options, ActivitySource source, ulong memberId, string memberName, ServerLog log)
    {
        ResourceBuilder resource = ResourceBuilder.CreateDefault()
            .AddService(options.ServiceName, autoGenerateServiceInstanceId: false, serviceInstanceId: options.InstanceId.Length > 0 ? options.InstanceId : null)
            .AddAttributes([new("metastore.member.id", memberId.ToString("x", CultureInfo.InvariantCulture)), new("metastore.member.name", memberName)]);
        var exporter = new ReportingExporter(
            new OtlpExporterOptions { Endpoint = TracingAddress.UriOf(options.Address), Protocol = OtlpExportProtocol.Grpc }, options.Address, log);
        _provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(source.Name)
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new AlwaysOnSampler())) // chance has decided before: CallTraces
            .AddProcessor(new OwnSpans(source, exporter))
            .Build();
        log.TracingEnabled(options.Address, options.ServiceName, options.InstanceId, options.SamplingRate);
    }

    /// <summary>Sends what waits, for at most <see cref="FlushPatience"/>.</summary>
    public void Dispose()
    {
        _provider.Shutdown((int)FlushPatience.TotalMilliseconds);
        _provider.Dispose();
    }

    /// <summary>Batches the spans of one source: listeners are found by name, which other members of the process share.</summary>
    private sealed class OwnSpans(ActivitySource source, BaseExporter<Activity> exporter) : BatchActivityExportProcessor(exporter)
    {
        public override void OnEnd(Activity data)
        {
            if (ReferenceEquals(data.Source, source))
            {
                base.OnEnd(data);
            }
        }
    }
}
