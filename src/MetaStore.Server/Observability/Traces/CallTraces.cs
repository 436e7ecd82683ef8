using System.Diagnostics;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Observability.Traces;

/// <summary>Starts a span for each call that is sampled: when its caller sampled it, or at random when it has no caller that says. Any thread.</summary>
/// <remarks>
/// A call that is not sampled costs a look at its header: the decision is made before an <see cref="Activity"/> exists. Each member has a source of its
/// own, so that members in one process do not export each other's spans; all sources have the same name.
/// </remarks>
internal sealed class CallTraces : IDisposable
{
    /// <summary>Name of the <see cref="ActivitySource"/>, for listeners of a host.</summary>
    public const string SourceName = "MetaStore";

    /// <summary>The rate at which every call is sampled.</summary>
    public const int All = 1_000_000;

    private readonly int _ratePerMillion;

    /// <param name="ratePerMillion">Of a million calls whose caller says nothing about sampling, so many are sampled.</param>
    public CallTraces(int ratePerMillion) => _ratePerMillion = ratePerMillion;

    /// <summary>Where the spans of this member come from.</summary>
    public ActivitySource Source { get; } = new(SourceName, Versions.Product);

    /// <summary>Starts the span of a call; null when the call is not sampled or there is no listener.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="call">The call; its headers are read.</param>
    public Activity? Start(ServiceMethod method, ServerCall call) =>
        Source.HasListeners() ? Start(method, call, call.RequestHeader(TraceParent.Header), call.RequestHeader(TraceParent.StateHeader)) : null;

    /// <summary>As above, with a caller's span that came by another way than the headers of the call.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="call">The call.</param>
    /// <param name="traceParent">In the form of the header; null for none.</param>
    /// <param name="traceState">The same.</param>
    public Activity? Start(ServiceMethod method, ServerCall call, string? traceParent, string? traceState)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        bool? isSampled = TraceParent.IsSampled(traceParent);
        if (!(isSampled ?? IsChosen()))
        {
            return null;
        }

        // An activity that the connection was accepted in is no caller.
        Activity.Current = null;
        ActivityContext parent = isSampled is null ? default : TraceParent.Read(traceParent!, traceState);
        Activity? span = Source.StartActivity(method.SpanName, ActivityKind.Server, parent);
        if (span is { IsAllDataRequested: true })
        {
            CallTags.Set(span, method, call.Peer);
        }

        return span;
    }

    /// <inheritdoc/>
    public void Dispose() => Source.Dispose();

    private bool IsChosen() => _ratePerMillion >= All || (_ratePerMillion > 0 && Random.Shared.Next(All) < _ratePerMillion);
}
