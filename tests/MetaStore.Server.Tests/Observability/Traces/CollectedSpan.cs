using Google.Protobuf.Collections;
using MetaStore.Server.Tests.Observability.Traces.Otlp;

namespace MetaStore.Server.Tests.Observability.Traces;

/// <summary>A span as a collector received it.</summary>
internal sealed record CollectedSpan(Resource Resource, InstrumentationScope Scope, Span Span)
{
    public string Name => Span.Name;

    public string TraceId => Convert.ToHexStringLower(Span.TraceId.Span);

    public string Id => Convert.ToHexStringLower(Span.SpanId.Span);

    public string ParentId => Convert.ToHexStringLower(Span.ParentSpanId.Span);

    /// <summary>An attribute of the span as text; null without it.</summary>
    public string? this[string key] => TextOf(Span.Attributes, key);

    /// <summary>An attribute of what sent it.</summary>
    public string? OfResource(string key) => TextOf(Resource.Attributes, key);

    private static string? TextOf(RepeatedField<KeyValue> attributes, string key) =>
        attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value is { } value
            ? value.ValueCase == AnyValue.ValueOneofCase.IntValue ? $"{value.IntValue}" : value.StringValue
            : null;
}
