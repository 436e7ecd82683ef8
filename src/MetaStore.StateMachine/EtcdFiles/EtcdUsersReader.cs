using System.Buffers.Binary;
using System.Text;
using MetaStore.Bolt;
using MetaStore.Engines;
using MetaStore.Engines.Checkpoints;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Records;

namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>The users, roles and switch of a file of etcd, in memory.</summary>
internal sealed class EtcdUsersReader
{
    private readonly List<AuthUser> _users = [];
    private readonly List<AuthRole> _roles = [];
    private readonly bool _isEnabled;
    private readonly ulong _revision = AuthState.Initial.Revision;

    /// <exception cref="EtcdFileException">A record cannot be read.</exception>
    public EtcdUsersReader(BoltFile file)
    {
        for (var cursor = file.TryOpen(Encoding.ASCII.GetBytes(EtcdNames.Auth)); cursor is not null && cursor.MoveNext();)
        {
            if (cursor.Key.SequenceEqual(EtcdNames.AuthEnabled))
            {
                _isEnabled = cursor.Value is [1];
            }
            else if (cursor.Key.SequenceEqual(EtcdNames.AuthRevision))
            {
                _revision = cursor.Value.Length == sizeof(ulong)
                    ? Math.Max(_revision, BinaryPrimitives.ReadUInt64BigEndian(cursor.Value))
                    : throw new EtcdFileException(EtcdNames.Auth, cursor.Key, $"the number has {cursor.Value.Length} bytes");
            }
        }

        for (var cursor = file.TryOpen(Encoding.ASCII.GetBytes(EtcdNames.AuthRoles)); cursor is not null && cursor.MoveNext();)
        {
            _roles.Add(EtcdUsers.DecodeRole(cursor.Key, cursor.Value));
        }

        for (var cursor = file.TryOpen(Encoding.ASCII.GetBytes(EtcdNames.AuthUsers)); cursor is not null && cursor.MoveNext();)
        {
            _users.Add(EtcdUsers.DecodeUser(cursor.Key, cursor.Value, _revision));
        }
    }

    /// <summary>Users, roles or the switch were ever changed.</summary>
    public bool HasUsers => _isEnabled || _revision > AuthState.Initial.Revision || _users.Count > 0 || _roles.Count > 0;

    /// <summary>Writes the entries of the bucket of users, in order; none when nothing was ever changed.</summary>
    public void Read(CheckpointEntry receiver)
    {
        if (!HasUsers)
        {
            return;
        }

        foreach (var role in _roles)
        {
            receiver(Bucket.Auth, AuthKeys.Role(role.Name), AuthCodec.Encode(role));
        }

        // etcd counts no changes beside its revision; any number above 0 does, as long as all members begin with the same.
        receiver(Bucket.Auth, AuthKeys.State, AuthCodec.EncodeState(AuthState.Initial with { IsEnabled = _isEnabled, Revision = _revision, Changes = _revision }));
        foreach (var user in _users)
        {
            receiver(Bucket.Auth, AuthKeys.User(user.Name), AuthCodec.Encode(user));
        }
    }
}
