namespace MetaStore.Server.Membership;

/// <summary>What bounds changes of membership.</summary>
/// <param name="Strict">Whether the quorum is protected by <see cref="ReconfigurationRules"/>.</param>
/// <param name="MaxLearners">Learners at once.</param>
/// <param name="Patience">Longest wait for a change to be proposed, and again for it to take effect.</param>
/// <param name="TransferPatience">Longest wait for leadership to move.</param>
/// <param name="Time">Gives the second that goes into a new member's id.</param>
internal sealed record MembershipSettings(bool Strict, int MaxLearners, TimeSpan Patience, TimeSpan TransferPatience, TimeProvider Time);
