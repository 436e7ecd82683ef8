namespace MetaStore.Client;

/// <summary>
/// A key without a lease precedes every new owner of a lock or an election: waiting for it would never end. Usually data was stored under
/// "name/", which belongs to the lock. Delete the key, or keep the data elsewhere.
/// </summary>
public sealed class BlockedNameException : Exception
{
    internal BlockedNameException(Bytes key)
        : base($"the key {key} has no lease, so that no caller gets a turn after it; keep nothing under the name of a lock or an election, and delete it if it is no lock") => Key = key;

    /// <summary>The key.</summary>
    public Bytes Key { get; }
}
