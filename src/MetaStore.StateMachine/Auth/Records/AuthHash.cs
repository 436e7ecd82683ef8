using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MetaStore.StateMachine.Auth.Records;

/// <summary>A hash of users, roles and the switch, by which members are compared. Tokens are not in it.</summary>
/// <param name="Changes"><see cref="AuthState.Changes"/> of the state: hashes of different ones cannot be compared.</param>
/// <param name="Hash">First eight bytes of the SHA-256 of all records, in the order of their keys.</param>
public readonly record struct AuthHash(ulong Changes, ulong Hash)
{
    /// <summary>Of a state. Costs as much as reading all of it.</summary>
    public static AuthHash Of(AuthState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in state.RoleNames)
        {
            Add(sum, AuthKeys.Role(name), AuthCodec.Encode(state.Roles[name]));
        }

        Add(sum, AuthKeys.State, AuthCodec.EncodeState(state));
        foreach (var name in state.UserNames)
        {
            Add(sum, AuthKeys.User(name), AuthCodec.Encode(state.Users[name]));
        }

        return new AuthHash(state.Changes, BinaryPrimitives.ReadUInt64BigEndian(sum.GetHashAndReset()));
    }

    private static void Add(IncrementalHash sum, byte[] key, byte[] value)
    {
        Span<byte> lengths = stackalloc byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(lengths, key.Length);
        BinaryPrimitives.WriteInt32BigEndian(lengths[sizeof(int)..], value.Length);
        sum.AppendData(lengths);
        sum.AppendData(key);
        sum.AppendData(value);
    }
}
