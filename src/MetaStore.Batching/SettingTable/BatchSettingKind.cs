namespace MetaStore.Batching.SettingTable;

/// <summary>What a batch setting's number represents, and how it is formatted.</summary>
public enum BatchSettingKind
{
    /// <summary>One of several names; the number is its index.</summary>
    Choice,

    /// <summary>1 for true, 0 for false.</summary>
    Switch,

    /// <summary>An integer.</summary>
    Count,

    /// <summary>Bytes, written as 4096 or 1MiB.</summary>
    Bytes,

    /// <summary>Microseconds, written as 5ms or 1.5s.</summary>
    Time,

    /// <summary>Any number in a range.</summary>
    Number,
}
