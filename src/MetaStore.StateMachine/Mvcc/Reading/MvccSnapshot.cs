using MetaStore.Engines.Ordered;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Mvcc.Index;

namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>The published state: swapped as a whole by one volatile write, immutable.</summary>
/// <param name="Index">Key index of this version.</param>
/// <param name="Revision">Store revision.</param>
/// <param name="Compacted">Lowest readable revision; -1 before the first compaction.</param>
/// <param name="AppliedIndex">Last log entry contained.</param>
/// <param name="Auth">Users and roles after that entry.</param>
internal sealed record MvccSnapshot(OrderedMapSnapshot<KeyCell> Index, long Revision, long Compacted, ulong AppliedIndex, AuthState Auth);
