using System.Diagnostics;
using MetaStore.Server.Observability.Stages;

namespace MetaStore.Server.Observability.Traces;

/// <summary>Children of a call's span, one for each stage that took time. Made when the call continues, from times that were taken anyway.</summary>
internal static class StageSpans
{
    /// <summary>Adds the stages of a call.</summary>
    /// <param name="call">The call's span.</param>
    /// <param name="stages">The stages in order, one directly after the other.</param>
    /// <param name="end">Wall clock at the end of the last one.</param>
    public static void Add(Activity call, RequestStages stages, DateTimeOffset end)
    {
        DateTimeOffset from = end - stages.Total;
        foreach ((string name, TimeSpan took) in stages.Stages)
        {
            if (took > TimeSpan.Zero)
            {
                using Activity? span = call.Source.StartActivity(name, ActivityKind.Internal, call.Context, startTime: from);
                span?.SetEndTime((from + took).UtcDateTime);
            }

            from += took;
        }
    }
}
