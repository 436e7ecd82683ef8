namespace MetaStore.Server.Maintenance;

/// <summary>What the members' hashes of one revision say. Pure.</summary>
internal static class HashComparison
{
    /// <summary>Finds the members whose state cannot be right.</summary>
    /// <param name="hashes">By member; of the same revision and compacted revision. Members that gave none are not in it.</param>
    /// <param name="members">All members that hold the state.</param>
    /// <returns>
    /// Nobody when all are equal. Everybody else when a majority of all members agrees. All of them when none does: then nobody knows whose
    /// state is right.
    /// </returns>
    public static IReadOnlyList<ulong> Corrupt(IReadOnlyDictionary<ulong, uint> hashes, int members)
    {
        var groups = hashes.GroupBy(pair => pair.Value, pair => pair.Key).OrderByDescending(group => group.Count()).ToArray();
        return groups.Length <= 1 ? []
            : groups[0].Count() > members / 2 ? [.. groups.Skip(1).SelectMany(group => group).Order()]
            : [.. hashes.Keys.Order()];
    }
}
