namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>What a range is sorted by; numbers as in etcd's proto. Ties stand in key order.</summary>
public enum SortTarget
{
    /// <summary>The key.</summary>
    Key = 0,

    /// <summary>Puts since creation.</summary>
    Version = 1,

    /// <summary>Create revision.</summary>
    Create = 2,

    /// <summary>Modification revision.</summary>
    Mod = 3,

    /// <summary>The value, unsigned bytewise.</summary>
    Value = 4,
}
