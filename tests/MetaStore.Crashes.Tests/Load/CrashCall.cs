namespace MetaStore.Crashes.Tests.Load;

/// <summary>A client's call and its response.</summary>
internal abstract record CrashCall
{
    /// <summary>The revision in the answer's header; null when there was no answer, and the call may have taken effect once or not at all.</summary>
    public long? Answered { get; set; }

    /// <summary>The server said that it has no effect.</summary>
    public bool Refused { get; set; }
}

/// <summary>A put, a delete, or a transaction of several, guarded by the absence of a key.</summary>
internal sealed record KvCall(string? Guard, IReadOnlyList<Change> Then, IReadOnlyList<Change> Else) : CrashCall
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Guard is null ? "" : $"unless {Guard}: ")}{string.Join(", ", Then)}{(Guard is null ? "" : $"; else {string.Join(", ", Else)}")}, answered {Answered}";
}

/// <summary>A lease that does not run out during the test.</summary>
internal sealed record GrantCall(long Id) : CrashCall;

/// <summary>Removes a lease with its keys.</summary>
internal sealed record RevokeCall(long Id) : CrashCall;

/// <summary>Gives up history; a physical one answers when the records are gone.</summary>
internal sealed record CompactCall(long Revision, bool Physical) : CrashCall;

/// <summary>Rewrites the engine's files.</summary>
internal sealed record DefragmentCall : CrashCall;

/// <summary>A put when there is a value, otherwise a delete of one key or, with an end, of a range.</summary>
internal readonly record struct Change(string Key, string? Value = null, long Lease = 0, string? End = null)
{
    /// <inheritdoc/>
    public override string ToString() => Value is null ? $"delete {Key}..{End}" : $"put {Key} {Value[..Math.Min(Value.Length, 24)]}";
}
