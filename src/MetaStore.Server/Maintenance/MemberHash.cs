using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Mvcc.Hashing;

namespace MetaStore.Server.Maintenance;

/// <summary>A member's hash of the key-value state.</summary>
/// <param name="Hash">CRC-32C, see <see cref="KvHash"/>.</param>
/// <param name="Revision">Revision it was made at.</param>
/// <param name="Compacted">Compacted revision it was made at; hashes of different ones cannot be compared.</param>
internal readonly record struct MemberHash(uint Hash, long Revision, long Compacted)
{
    /// <summary>Hash of users, roles and the switch; of nothing when the member did not give one.</summary>
    public AuthHash Users { get; init; }

    /// <summary>One number for keys and users, to be compared with that of the member that compares.</summary>
    /// <param name="own">
    /// Hash of the member that compares. Users of another moment than its own cannot be compared and count as equal; the next check compares them.
    /// </param>
    public uint Against(in MemberHash own)
    {
        ulong users = Users.Changes == own.Users.Changes ? Users.Hash : own.Users.Hash;
        return Hash ^ (uint)(users >> 32) ^ (uint)users;
    }
}
