using MetaStore.Raft.Runtime.Native;
using MetaStore.Raft.Runtime.Transport.Inquiry;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Hosting;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership;

/// <summary>Finds the cluster that a new node was added to: asks the members that its configuration names.</summary>
/// <remarks>Source: etcd's rules for <c>--initial-cluster-state existing</c>; the configured members and the real ones have to match by peer URLs.</remarks>
internal sealed class ClusterJoin(MetaStoreOptions options, TimeSpan patience)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    private readonly InitialMember[] _configured = options.Cluster.InitialCluster;
    private readonly string _name = options.Member.Name;

    /// <summary>Asks until an answer fits; a member that was asked a moment too early may not know yet that this one was added.</summary>
    /// <exception cref="StartException">No answer fitted in time: why (64).</exception>
    public async Task<(ulong Cluster, ulong Self, IReadOnlyList<MemberRecord> Members)> FindAsync(CancellationToken stop)
    {
        string[] others = [.. _configured.Where(member => member.Name != _name).SelectMany(member => member.PeerUrls)];
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            string why = "initial-cluster names no other member";
            foreach (string url in others)
            {
                (ClusterAnswer? answer, string? error) = await MemberInquiry.AskAsync(new Uri(url), AnswerLimit, stop);
                ulong self = 0;
                error ??= Match(_configured, _name, answer!, out self);
                if (error is null)
                {
                    return (answer!.ClusterId, self, [.. answer.Members.Select(ToRecord)]);
                }

                why = error;
            }

            if (others.Length == 0 || Environment.TickCount64 >= deadline)
            {
                throw new StartException(ExitCodes.BadConfiguration, $"--initial-cluster-state existing: no cluster to join was found: {why}");
            }

            await Task.Delay(Pause, stop);
        }
    }

    /// <summary>Compares a configuration with what a member told.</summary>
    /// <param name="configured">All members as configured.</param>
    /// <param name="name">This one.</param>
    /// <param name="told">The answer.</param>
    /// <param name="self">This member's id, when they fit.</param>
    /// <returns>Null when they fit, else why not.</returns>
    internal static string? Match(IReadOnlyList<InitialMember> configured, string name, ClusterAnswer told, out ulong self)
    {
        self = 0;
        if (configured.Count != told.Members.Count)
        {
            return $"initial-cluster names {configured.Count} members, cluster {told.ClusterId:x} has {told.Members.Count}; was this member added?";
        }

        foreach (InitialMember member in configured)
        {
            string[] urls = Normal(member.PeerUrls);
            if (told.Members.FirstOrDefault(other => Normal(other.PeerUrls).SequenceEqual(urls, StringComparer.Ordinal)) is not { } known)
            {
                return $"cluster {told.ClusterId:x} has no member with the peer URLs {string.Join(',', member.PeerUrls)} of {member.Name}";
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
