using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Server.Quota;

namespace MetaStore.Server.Hosting.Reload;

/// <summary>The parts of a running member whose settings can be changed.</summary>
internal sealed record LiveParts(ProposalBatcher Batcher, ProposalAdmission Admission, SpaceQuota Quota);
