using MetaStore.Cli.CommandLine;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Cli.Backups;

/// <summary>The initial members of a new cluster, from the same flags as the server's.</summary>
/// <param name="Self">ID of the member whose directory is created.</param>
/// <param name="Cluster">ID of the cluster.</param>
/// <param name="Members">All members; the same on each.</param>
internal sealed record Founders(ulong Self, ulong Cluster, IReadOnlyList<MemberRecord> Members)
{
    /// <summary>Reads <c>--name</c>, <c>--initial-cluster</c> and <c>--initial-cluster-token</c>.</summary>
    /// <exception cref="UsageException">The flags are invalid.</exception>
    public static Founders Of(string name, string initialCluster, string token)
    {
        var urls = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var part in initialCluster.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var url = part[(equals + 1)..].TrimEnd('/');
            if (equals <= 0 || !Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") || parsed.PathAndQuery != "/")
            {
                throw new UsageException($"--initial-cluster: \"{part}\" is not of the form name=http://host:port or name=https://host:port");
            }

            urls.TryAdd(part[..equals], []);
            urls[part[..equals]].Add(url);
        }

        if (!urls.ContainsKey(name))
        {
            throw new UsageException($"--initial-cluster does not name {name}");
        }

        var (ids, cluster) = MemberIds.OfInitialCluster(urls.Select(member => (member.Key, (IReadOnlyList<string>)member.Value)), token);
        return new Founders(ids[name], cluster, [.. urls.Select(member => new MemberRecord
        {
            Id = ids[member.Key],
            Name = member.Key,
            PeerUrls = [.. member.Value.Order(StringComparer.Ordinal)],
        })]);
    }
}
