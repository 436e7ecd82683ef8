using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Running;

namespace MetaStore.Cli.Comparing;

/// <summary>A requested comparison of a running cluster.</summary>
/// <param name="Plan">What is measured.</param>
/// <param name="Load">How load is generated.</param>
/// <param name="Force">True runs it even if machine or cluster are busy.</param>
internal sealed record ComparisonRequest(ComparisonPlan Plan, LoadOptions Load, bool Force);
