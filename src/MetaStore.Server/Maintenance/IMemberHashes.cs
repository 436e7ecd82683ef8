namespace MetaStore.Server.Maintenance;

/// <summary>Where the hashes of members come from.</summary>
internal interface IMemberHashes
{
    /// <summary>A member's hash.</summary>
    /// <param name="member">This one or another.</param>
    /// <param name="revision">At which; 0 = its newest.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>Null when it cannot be reached or does not have that revision.</returns>
    Task<MemberHash?> OfAsync(ulong member, long revision, CancellationToken stop);
}
