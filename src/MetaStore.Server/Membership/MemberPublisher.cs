using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership;

/// <summary>Publishes this member's name and client URLs to the cluster, and sets the cluster version.</summary>
internal sealed class MemberPublisher(
    ulong memberId, ulong clusterId, MemberOptions member, TimeSpan timeout, MemberStore members, Proposer proposer, LeadershipState leadership, ServerLog log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Retries until it succeeds or <paramref name="stop"/> is cancelled. Cheap when already published.</summary>
    /// <returns>False when it was cancelled before.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        string[] urls = [.. member.AdvertiseClientUrls.Select(url => url.Text)];
        string attributes = $"{{Name:{member.Name} ClientURLs:[{string.Join(' ', urls)}]}}";
        while (!stop.IsCancellationRequested)
        {
            MemberRecord? known = members.Find(memberId);
            bool isPublished = known is not null && known.Name == member.Name && known.ClientUrls.SequenceEqual(urls, StringComparer.Ordinal);
            if (isPublished && members.ClusterVersion is { } version)
            {
                log.Published(memberId, attributes, clusterId, timeout);
                log.CapabilitiesEnabled(version[..version.LastIndexOf('.')]);
                return true;
            }

            if (leadership.Leader == 0 || known is null)
            {
                await leadership.WaitForChangeAsync(Pause, stop);
                continue;
            }

            ProposalOutcome outcome = isPublished
                ? await proposer.ProposeAsync(new ClusterVersionSetCommand { Version = Versions.Cluster }, call: null)
                : await proposer.ProposeAsync(new MemberAttributesCommand { Id = memberId, Name = member.Name, ClientUrls = urls }, call: null);
            if (outcome.Error != ServerError.None)
            {
                log.PublishFailed(memberId, attributes, timeout, outcome.Error.ToString());
                await leadership.WaitForChangeAsync(Pause, stop);
            }
            else if (isPublished)
            {
                log.ClusterVersionSet(clusterId, memberId, Versions.Cluster[..Versions.Cluster.LastIndexOf('.')]);
            }
        }

        return false;
    }
}
