namespace MetaStore.Crashes.Tests.Load;

/// <summary>A client's call and its response.</summary>
internal abstract record CrashCall
{
    /// <summary>The revision in the response header; null without a response, when the call may have taken effect once or not at all.</summary>
    public long? Answered { get; set; }

    /// <summary>The server rejected it: it has no effect.</summary>
    public bool Refused { get; set; }
}

/// <summary>A put, a delete, or a transaction of several, guarded by the absence of a key.</summary>
internal sealed record KvCall(string? Guard, IReadOnlyList<Change> Then, IReadOnlyList<Change> Else) : CrashCall
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Guard is null ? "" : $"unless {Guard}: ")}{string.Join(", ", Then)}{(Guard is null ? "" : $"; else {string.Join(", ", Else)}")}, answered {Answered}";
}

/// <summary>Grants a lease that does not expire during the test.</summary>
internal sealed record GrantCall(long Id) : CrashCall;

/// <summary>Revokes a lease and so deletes its keys.</summary>
internal sealed record RevokeCall(long Id) : CrashCall;

/// <summary>Compacts the history; a physical compaction responds after the records are removed.</summary>
internal sealed record CompactCall(long Revision, bool Physical) : CrashCall;

/// <summary>Rewrites the engine's files.</summary>
internal sealed record DefragmentCall : CrashCall;

/// <summary>A put when there is a value, otherwise a delete of one key or, with an end, of a range.</summary>
internal readonly record struct Change(string Key, string? Value = null, long Lease = 0, string? End = null)
{
    /// <inheritdoc/>
    public override string ToString() => Value is null ? $"delete {Key}..{End}" : $"put {Key} {Value[..Math.Min(Value.Length, 24)]}";
}
