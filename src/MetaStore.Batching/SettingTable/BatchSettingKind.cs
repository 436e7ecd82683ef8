namespace MetaStore.Batching.SettingTable;

/// <summary>What a batch setting's number stands for, hence how it is written.</summary>
public enum BatchSettingKind
{
    /// <summary>One of some names; the number is its place among them.</summary>
    Choice,

    /// <summary>1 for true, 0 for false.</summary>
    Switch,

    /// <summary>A whole number.</summary>
    Count,

    /// <summary>Bytes, written as 4096 or 1MiB.</summary>
    Bytes,

    /// <summary>Microseconds, written as 5ms or 1.5s.</summary>
    Time,

    /// <summary>Any number of a range.</summary>
    Number,
}
