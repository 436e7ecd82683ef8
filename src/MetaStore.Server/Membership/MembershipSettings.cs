namespace MetaStore.Server.Membership;

/// <summary>Limits of membership changes.</summary>
/// <param name="Strict">Whether <see cref="ReconfigurationRules"/> protect the quorum.</param>
/// <param name="MaxLearners">Maximum number of learners.</param>
/// <param name="Patience">Longest wait for a change to be proposed, and again for it to take effect.</param>
/// <param name="TransferPatience">Longest wait for a leadership transfer.</param>
/// <param name="Time">Clock whose seconds are part of a new member's ID.</param>
internal sealed record MembershipSettings(bool Strict, int MaxLearners, TimeSpan Patience, TimeSpan TransferPatience, TimeProvider Time);
