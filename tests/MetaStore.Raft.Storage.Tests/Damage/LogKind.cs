namespace MetaStore.Raft.Storage.Tests.Damage;

/// <summary>What the file of a log was before the log was written.</summary>
public enum LogKind
{
    /// <summary>Zeros, and the log has format 1.</summary>
    Untagged,

    /// <summary>Zeros.</summary>
    Fresh,

    /// <summary>A full segment, so that frames of an earlier use are after the end.</summary>
    UsedAgain,
}
