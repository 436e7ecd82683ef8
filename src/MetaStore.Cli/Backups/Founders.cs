using MetaStore.Cli.CommandLine;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Cli.Backups;

/// <summary>The members of a cluster that is to be founded, from the same flags that the server will be started with.</summary>
/// <param name="Self">Id of the member whose directory is made.</param>
/// <param name="Cluster">Id of the cluster.</param>
/// <param name="Members">All of them; the same on each.</param>
internal sealed record Founders(ulong Self, ulong Cluster, IReadOnlyList<MemberRecord> Members)
{
    /// <summary>Reads <c>--name</c>, <c>--initial-cluster</c> and <c>--initial-cluster-token</c>.</summary>
    /// <exception cref="UsageException">They make no sense.</exception>
    public static Founders Of(string name, string initialCluster, string token)
    {
        var urls = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var part in initialCluster.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var url = part[(equals + 1)..].TrimEnd('/');
            if (equals <= 0 || !Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme != "http" || parsed.PathAndQuery != "/")
            {
                throw new UsageException($"--initial-cluster: \"{part}\" is not of the form name=http://host:port");
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
