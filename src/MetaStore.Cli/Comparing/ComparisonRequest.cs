using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Running;

namespace MetaStore.Cli.Comparing;

/// <summary>A comparison of a running cluster as a person asked for it.</summary>
/// <param name="Plan">What is measured.</param>
/// <param name="Load">How.</param>
/// <param name="Force">Whether it goes on although machine or cluster are busy.</param>
internal sealed record ComparisonRequest(ComparisonPlan Plan, LoadOptions Load, bool Force);
