namespace MetaStore.Server.Configuration.Options.Tracing;

/// <summary>Traces by OpenTelemetry.</summary>
public sealed class TracingOptions
{
    /// <summary>Send spans to <see cref="Address"/>. Default false.</summary>
    public bool Enable { get; set; }

    /// <summary>host:port, or a URL, of a collector that takes OTLP over gRPC. Default "localhost:4317", as etcd.</summary>
    public string Address { get; set; } = "localhost:4317";

    /// <summary>service.name of the spans. Default "etcd", as etcd, so that its dashboards find them.</summary>
    public string ServiceName { get; set; } = "etcd";

    /// <summary>service.instance.id of the spans; none when empty. Default "".</summary>
    public string InstanceId { get; set; } = "";

    /// <summary>Of a million calls whose caller says nothing about sampling, so many are traced. Default 0, as etcd.</summary>
    public int SamplingRate { get; set; }
}
