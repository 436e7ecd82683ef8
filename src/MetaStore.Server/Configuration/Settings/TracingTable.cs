using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using static MetaStore.Server.Configuration.Settings.SettingKinds;

namespace MetaStore.Server.Configuration.Settings;

/// <summary>Settings of traces, with the names that they have in etcd 3.6 and, as experimental ones, in 3.5.</summary>
internal static class TracingTable
{
    private const string Experimental = "experimental-";

    public static Setting[] All { get; } =
    [
        Named(Switch("enable-distributed-tracing", "server.tracing.enable", "Send traces of calls to a collector, by OpenTelemetry's OTLP over gRPC.",
            o => o.Tracing.Enable, (o, v) => o.Tracing.Enable = v)),
        Named(Address()),
        Named(Text("distributed-tracing-service-name", "server.tracing.service_name", "service.name of the traces; the same on all members.", "etcd",
            o => o.Tracing.ServiceName, (o, v) => o.Tracing.ServiceName = v)),
        Named(Text("distributed-tracing-instance-id", "server.tracing.instance_id", "service.instance.id of the traces, another one on each member; empty = none.", "node1",
            o => o.Tracing.InstanceId, (o, v) => o.Tracing.InstanceId = v)),
        Named(Whole("distributed-tracing-sampling-rate", "server.tracing.sampling_rate",
            "Of a million calls whose caller says nothing about sampling, so many are traced.", 0, 1_000_000,
            o => o.Tracing.SamplingRate, (o, v) => o.Tracing.SamplingRate = (int)v)),
    ];

    private static Setting Named(Setting setting) => setting.Also(Experimental + setting.Flag);

    private static Setting Address() => new()
    {
        Flag = "distributed-tracing-address",
        Path = "server.tracing.address",
        Meaning = "Collector of the traces.",
        Range = "host:port, or http://host:port or https://host:port",
        Example = new MetaStoreOptions().Tracing.Address,
        Assign = (options, text) =>
        {
            if (TracingAddress.Fault(text) is { } fault)
            {
                return fault;
            }

            options.Tracing.Address = text;
            return null;
        },
        Show = options => options.Tracing.Address,
    };
}
