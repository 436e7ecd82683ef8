
namespace MetaStore.StateMachine.Auth.Rights;

/// <summary>What a permission allows; numbers as in etcd's proto.</summary>
public enum PermissionType : byte
{
    /// <summary>Reading keys, comparing them, watching them.</summary>
    Read = 0,

    /// <summary>Setting and deleting keys.</summary>
    Write = 1,

    /// <summary>Both.</summary>
    ReadWrite = 2,
}
