namespace MetaStore.Server.Maintenance;

/// <summary>Supplies the hashes of members.</summary>
internal interface IMemberHashes
{
    /// <summary>A member's hash.</summary>
    /// <param name="member">This one or another.</param>
    /// <param name="revision">The revision; 0 = the member's newest.</param>
    /// <param name="stop">Cancels the call.</param>
    /// <returns>Null when it cannot be reached or does not have that revision.</returns>
    Task<MemberHash?> OfAsync(ulong member, long revision, CancellationToken stop);
}
