using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Committed;

/// <summary>A membership change that took effect.</summary>
/// <param name="Index">Index of its entry.</param>
/// <param name="Change">The change; its context is the member's attributes.</param>
/// <param name="ConfState">Membership from this entry on: what a snapshot at or after <paramref name="Index"/> must carry.</param>
public sealed record AppliedConfChange(ulong Index, ConfChange Change, ConfState ConfState);
