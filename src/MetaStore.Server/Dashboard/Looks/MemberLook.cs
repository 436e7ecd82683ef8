using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Dashboard.Looks;

/// <summary>One member as it answered, or did not answer, at one moment.</summary>
/// <param name="Member">As the member list of the asking member has it.</param>
internal sealed record MemberLook(MemberRecord Member)
{
    /// <summary>Null when the member gave no answer.</summary>
    public StatusResponse? Status { get; init; }

    /// <summary>Null when the member gave none: it is down, or a learner, which does not serve this.</summary>
    public GetBatchingResponse? Batching { get; init; }

    /// <summary>Why there is no status; empty when there is one.</summary>
    public string Error { get; init; } = "";

    /// <summary>How long the status took.</summary>
    public TimeSpan RoundTrip { get; init; }
}
