using MetaStore.IO;
using MetaStore.Raft.Runtime.Transport.Discovery;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Hosting;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership;

/// <summary>Finds the cluster that a new node was added to, by asking the members in its configuration.</summary>
/// <remarks>Source: etcd's rules for <c>--initial-cluster-state existing</c>; the configured members must match the actual ones by peer URLs.</remarks>
internal sealed class ClusterJoin(MetaStoreOptions options, PeerSecurity security, TimeSpan patience)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    private readonly InitialMember[] _configured = options.Cluster.InitialCluster;
    private readonly string _name = options.Member.Name;

    /// <summary>Asks until a response matches; a member that is asked too early may not know yet that this one was added.</summary>
    /// <exception cref="StartException">No response matched in time; the message says why (64).</exception>
    public async Task<(ulong Cluster, ulong Self, IReadOnlyList<MemberRecord> Members)> FindAsync(CancellationToken stop)
    {
        string[] others = [.. _configured.Where(member => member.Name != _name).SelectMany(member => member.PeerUrls)];
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            (ClusterInfo? Answer, string? Error)[] heard =
                await Task.WhenAll(others.Select(url => MemberDiscovery.AskAsync(new Uri(url), security, AnswerLimit, stop)));
            string? why = Judge(_configured, _name, [.. heard.Zip(others, (answer, url) => (url, answer.Answer, answer.Error))], out ClusterInfo? agreed, out ulong self);
            if (why is null)
            {
                return (agreed!.ClusterId, self, [.. agreed.Members.Select(ToRecord)]);
            }

            if (others.Length == 0 || Environment.TickCount64 >= deadline)
            {
                throw new StartException(ExitCodes.BadConfiguration, $"--initial-cluster-state existing: no cluster to join was found: {why}");
            }

            await Task.Delay(Pause, stop);
        }
    }

    /// <summary>Finds the matching response. An address with another cluster or another ID of this node than the rest prevents joining, and is reported.</summary>
    /// <param name="configured">All members as configured.</param>
    /// <param name="name">The name of this node.</param>
    /// <param name="heard">The response of each address.</param>
    /// <param name="agreed">The matching response; null without one.</param>
    /// <param name="self">This member's ID in that response.</param>
    /// <returns>Null when there is a match, else the reason.</returns>
    internal static string? Judge(
        IReadOnlyList<InitialMember> configured, string name, IReadOnlyList<(string Url, ClusterInfo? Answer, string? Error)> heard, out ClusterInfo? agreed, out ulong self)
    {
        (agreed, self) = (null, 0);
        string why = "initial-cluster names no other member";
        string first = "";
        foreach ((string url, ClusterInfo? answer, string? error) in heard)
        {
            ulong own = 0;
            if ((error ?? Match(configured, name, answer!, out own)) is { } misfit)
            {
                why = misfit;
            }
            else if (agreed is null)
            {
                (agreed, self, first) = (answer, own, url);
            }
            else if (agreed.ClusterId != answer!.ClusterId || self != own)
            {
                why = $"{first} says member {self:x} of cluster {agreed.ClusterId:x}, {url} says member {own:x} of cluster {answer.ClusterId:x}";
                (agreed, self) = (null, 0);
                return why;
            }
        }

        return agreed is null ? why : null;
    }

    /// <summary>Compares a configuration with a member's response.</summary>
    /// <param name="configured">All members as configured.</param>
    /// <param name="name">The name of this node.</param>
    /// <param name="agreed">The response.</param>
    /// <param name="self">This member's ID, when they match.</param>
    /// <returns>Null when they match, else the reason.</returns>
    internal static string? Match(IReadOnlyList<InitialMember> configured, string name, ClusterInfo agreed, out ulong self)
    {
        self = 0;
        if (configured.Count != agreed.Members.Count)
        {
            return $"initial-cluster names {configured.Count} members, cluster {agreed.ClusterId:x} has {agreed.Members.Count}; was this member added?";
        }

        foreach (InitialMember member in configured)
        {
            string[] urls = Normal(member.PeerUrls);
            if (agreed.Members.FirstOrDefault(other => Normal(other.PeerUrls).SequenceEqual(urls, StringComparer.Ordinal)) is not { } known)
            {
                return $"cluster {agreed.ClusterId:x} has no member with the peer URLs {string.Join(',', member.PeerUrls)} of {member.Name}";
            }

            self = member.Name == name ? known.Id : self;
        }

        return self == 0 ? $"initial-cluster does not name {name}" : null;
    }

    private static string[] Normal(IEnumerable<string> urls) =>
        [.. urls.Select(url => url.Replace("//localhost:", "//127.0.0.1:", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static MemberRecord ToRecord(ClusterMember member) =>
        new() { Id = member.Id, Name = member.Name, PeerUrls = member.PeerUrls, IsLearner = member.IsLearner };
}
