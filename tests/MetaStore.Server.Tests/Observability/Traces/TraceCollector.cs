using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Server.Tests.Observability.Traces.Otlp;

namespace MetaStore.Server.Tests.Observability.Traces;

/// <summary>A collector of OTLP over gRPC on a free loopback port, which keeps what it receives.</summary>
internal sealed class TraceCollector : TraceService.TraceServiceBase, IAsyncDisposable
{
    private readonly GrpcListener _listener;
    private readonly ConcurrentQueue<CollectedSpan> _spans = new();

    private TraceCollector()
    {
        var options = new ListenerOptions();
        options.Endpoints.Add(new ListenerEndpoint(new IPEndPoint(IPAddress.Loopback, 0)));
        _listener = new GrpcListener(options, new ServiceBinder().Add(TraceService.Descriptor, services => TraceService.BindService(services, this)).Build(), new EchoPages(), new LogSink());
    }

    /// <summary>host:port, as a member's setting.</summary>
    public string Address => _listener.EndPoints[0].ToString();

    /// <summary>The spans received so far.</summary>
    public IReadOnlyList<CollectedSpan> Spans => [.. _spans];

    public static async Task<TraceCollector> StartAsync()
    {
        var collector = new TraceCollector();
        await collector._listener.StartAsync();
        return collector;
    }

    public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
    {
        foreach (ResourceSpans of in request.ResourceSpans)
        {
            foreach (ScopeSpans scope in of.ScopeSpans)
            {
                foreach (Span span in scope.Spans)
                {
                    _spans.Enqueue(new CollectedSpan(of.Resource, scope.Scope, span));
                }
            }
        }

        return Task.FromResult(new ExportTraceServiceResponse());
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
