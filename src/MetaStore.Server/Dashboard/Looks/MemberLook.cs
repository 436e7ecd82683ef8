using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Dashboard.Looks;

/// <summary>The status of one member at one time, or the error.</summary>
/// <param name="Member">The record in the asking member's member list.</param>
internal sealed record MemberLook(MemberRecord Member)
{
    /// <summary>Null when the member did not respond.</summary>
    public StatusResponse? Status { get; init; }

    /// <summary>Null when the member did not respond: it is down, or a learner, which does not serve this.</summary>
    public GetBatchingResponse? Batching { get; init; }

    /// <summary>Why there is no status; empty when there is one.</summary>
    public string Error { get; init; } = "";

    /// <summary>Duration of the status call.</summary>
    public TimeSpan RoundTrip { get; init; }
}
