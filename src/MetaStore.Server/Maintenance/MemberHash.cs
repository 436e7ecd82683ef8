using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Mvcc.Hashing;

namespace MetaStore.Server.Maintenance;

/// <summary>A member's hash of the key-value state, and of users and roles.</summary>
/// <param name="Hash">CRC-32C, see <see cref="KvHash"/>.</param>
/// <param name="Revision">Revision it was made at.</param>
/// <param name="Compacted">Compacted revision it was made at; hashes of different ones cannot be compared.</param>
internal readonly record struct MemberHash(uint Hash, long Revision, long Compacted)
{
    /// <summary>Hash of users, roles and the switch; null of a member of a release without users. Then only keys are compared.</summary>
    public AuthHash? Users { get; init; }

    /// <summary>True when both have seen the same number of changes of users. They are of the moment of the answer, not of <see cref="Revision"/>.</summary>
    /// <param name="own">Hash of the member that compares.</param>
    public bool HasUsersOfMoment(in MemberHash own) => Users is not { } users || own.Users is not { } others || users.Changes == others.Changes;

    /// <summary>One number for keys and users: equal for members whose keys are equal and whose users are those of the member that compares.</summary>
    /// <param name="own">Hash of the member that compares, with users of the same moment.</param>
    public uint Against(in MemberHash own) =>
        Users is { } users && own.Users is { } others && users.Hash != others.Hash ? Hash ^ Fold(users.Hash) : Hash;

    /// <summary>Never 0: 0 would stand for equal users.</summary>
    private static uint Fold(ulong hash) => Math.Max((uint)(hash >> 32) ^ (uint)hash, 1);
}
