using MetaStore.StateMachine.Mvcc.Hashing;

namespace MetaStore.Server.Maintenance;

/// <summary>A member's hash of the key-value state.</summary>
/// <param name="Hash">CRC-32C, see <see cref="KvHash"/>.</param>
/// <param name="Revision">Revision it was made at.</param>
/// <param name="Compacted">Compacted revision it was made at; hashes of different ones cannot be compared.</param>
internal readonly record struct MemberHash(uint Hash, long Revision, long Compacted);
