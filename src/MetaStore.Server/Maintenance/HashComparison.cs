namespace MetaStore.Server.Maintenance;

/// <summary>Evaluates the members' hashes at one revision. Pure.</summary>
internal static class HashComparison
{
    /// <summary>Finds the members whose state may be corrupt.</summary>
    /// <param name="hashes">By member; of the same revision and compacted revision. Members without a hash are not in it.</param>
    /// <param name="members">Number of members that have the state.</param>
    /// <returns>
    /// None when all hashes are equal. The minority when a majority of all members agrees. All of them when no majority does: then it is unknown which
    /// state is correct.
    /// </returns>
    public static IReadOnlyList<ulong> Corrupt(IReadOnlyDictionary<ulong, uint> hashes, int members)
    {
        var groups = hashes.GroupBy(pair => pair.Value, pair => pair.Key).OrderByDescending(group => group.Count()).ToArray();
        return groups.Length <= 1 ? []
            : groups[0].Count() > members / 2 ? [.. groups.Skip(1).SelectMany(group => group).Order()]
            : [.. hashes.Keys.Order()];
    }
}
