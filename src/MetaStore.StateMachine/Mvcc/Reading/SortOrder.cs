namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>Direction of a sort; numbers as in etcd's proto.</summary>
public enum SortOrder
{
    /// <summary>Ascending by key, or ascending by the target when that is not the key.</summary>
    None = 0,

    /// <summary>Smallest first.</summary>
    Ascend = 1,

    /// <summary>Greatest first.</summary>
    Descend = 2,
}
