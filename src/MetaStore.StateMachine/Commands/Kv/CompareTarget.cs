namespace MetaStore.StateMachine.Commands.Kv;

/// <summary>What a compare looks at; numbers as in etcd's proto. Any other number compares equal.</summary>
public enum CompareTarget
{
    /// <summary>Puts since the creation of the key.</summary>
    Version = 0,

    /// <summary>Create revision.</summary>
    Create = 1,

    /// <summary>Modification revision.</summary>
    Mod = 2,

    /// <summary>Value, unsigned bytewise.</summary>
    Value = 3,

    /// <summary>Lease id.</summary>
    Lease = 4,
}
